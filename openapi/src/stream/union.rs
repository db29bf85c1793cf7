use std::borrow::Cow;

use leopard_core::domain::id::NotificationId;
use leopard_core::stream::StreamEvent;
use poem_openapi::registry::{MetaDiscriminatorObject, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde_json::Value;

use super::events::{
    ConnectionEstablished, ConnectionEstablishedType, Heartbeat, HeartbeatType,
    NotificationDeleted, NotificationDeletedType, NotificationEvent, NotificationRead,
    NotificationReadType, ReplayTruncated, ReplayTruncatedType, ServerShutdown, ServerShutdownType,
    Throttled, ThrottledType, TokenExpired, TokenExpiredType, Unavailable, UnavailableType,
    UnreadCountUpdate, UnreadCountUpdateType,
};
use crate::framework::described;
use crate::framework::payload::Timestamp;

/// Declares the union of the events with their JSON and their schemas.
macro_rules! stream_events {
    ($($variant:ident($view:ty) = $name:literal),* $(,)?) => {
        /// One event of the stream, as it is written.
        #[derive(Debug)]
        pub(super) enum StreamEventView {
            $($variant($view),)*
        }

        impl ToJSON for StreamEventView {
            fn to_json(&self) -> Option<Value> {
                match self {
                    $(Self::$variant(view) => view.to_json(),)*
                }
            }
        }

        impl StreamEventView {
            /// The value of `type` and the schema of each event.
            fn members() -> Vec<(&'static str, Cow<'static, str>)> {
                vec![$(($name, <$view>::name()),)*]
            }

            fn register_members(registry: &mut Registry) {
                $(<$view>::register(registry);)*
            }
        }
    };
}

stream_events! {
    ConnectionEstablished(ConnectionEstablished) = "connection_established",
    Notification(NotificationEvent) = "notification",
    Heartbeat(Heartbeat) = "heartbeat",
    NotificationRead(NotificationRead) = "notification_read",
    NotificationDeleted(NotificationDeleted) = "notification_deleted",
    UnreadCountUpdate(UnreadCountUpdate) = "unread_count_update",
    ReplayTruncated(ReplayTruncated) = "replay_truncated",
    ServerShutdown(ServerShutdown) = "server_shutdown",
    TokenExpired(TokenExpired) = "token_expired",
    Unavailable(Unavailable) = "unavailable",
    Throttled(Throttled) = "throttled",
}

impl From<&StreamEvent> for StreamEventView {
    fn from(event: &StreamEvent) -> Self {
        match event {
            StreamEvent::ConnectionEstablished {
                user,
                newest,
                unread,
                heartbeat_seconds,
                token_expires_at,
                ..
            } => Self::ConnectionEstablished(ConnectionEstablished {
                kind: ConnectionEstablishedType,
                message: "SSE connection established".to_owned(),
                user_id: user.0,
                unread_count: *unread,
                last_event_id: newest.to_string(),
                heartbeat_seconds: *heartbeat_seconds,
                token_expires_at: Timestamp::of(*token_expires_at),
            }),
            StreamEvent::Notification(notification) => {
                Self::Notification(NotificationEvent::from(notification.as_ref()))
            }
            StreamEvent::Tombstone { id, .. } => deleted(&[*id]),
            StreamEvent::NotificationsDeleted(ids) => deleted(ids),
            StreamEvent::NotificationsRead(ids) => Self::NotificationRead(NotificationRead {
                kind: NotificationReadType,
                notification_ids: numbers(ids),
            }),
            StreamEvent::UnreadCount(unread) => Self::UnreadCountUpdate(UnreadCountUpdate {
                kind: UnreadCountUpdateType,
                unread_count: *unread,
            }),
            StreamEvent::ReplayTruncated { missed, newest } => {
                Self::ReplayTruncated(ReplayTruncated {
                    kind: ReplayTruncatedType,
                    missed: *missed,
                    last_event_id: newest.to_string(),
                })
            }
            StreamEvent::Heartbeat(at) => {
                Self::Heartbeat(Heartbeat { kind: HeartbeatType, timestamp: Timestamp::exact(*at) })
            }
            StreamEvent::ServerShutdown => {
                Self::ServerShutdown(ServerShutdown { kind: ServerShutdownType })
            }
            StreamEvent::TokenExpired => {
                Self::TokenExpired(TokenExpired { kind: TokenExpiredType })
            }
            StreamEvent::Unavailable => Self::Unavailable(Unavailable { kind: UnavailableType }),
            StreamEvent::Throttled { retry_after } => {
                Self::Throttled(Throttled { kind: ThrottledType, retry_after: *retry_after })
            }
        }
    }
}

fn deleted(ids: &[NotificationId]) -> StreamEventView {
    StreamEventView::NotificationDeleted(NotificationDeleted {
        kind: NotificationDeletedType,
        notification_ids: numbers(ids),
    })
}

fn numbers(ids: &[NotificationId]) -> Vec<i64> {
    ids.iter().map(|id| id.0).collect()
}

described! {
    StreamEventView, "StreamEvent", MetaSchemaRef::Reference("StreamEvent".to_owned()),
    |registry| registry.create_schema::<Self, _>("StreamEvent".to_owned(), |registry| {
        Self::register_members(registry);
        let members = Self::members().into_iter();
        let reference = |name: &Cow<'_, str>| MetaSchemaRef::Reference(name.clone().into_owned());
        let target = |name: &Cow<'_, str>| format!("#/components/schemas/{name}");
        MetaSchema {
            description: Some(
                "The JSON of one `data:` line of the stream; `type` is the type of the event. Ignore events \
                 of an unknown `type`: later versions add some.",
            ),
            one_of: members.clone().map(|(_, name)| reference(&name)).collect(),
            discriminator: Some(MetaDiscriminatorObject {
                property_name: "type",
                mapping: members.map(|(kind, name)| (kind.to_owned(), target(&name))).collect(),
            }),
            ..MetaSchema::ANY
        }
    }),
}
