//! The events of the stream as clients see them, and their schemas.

use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::NotificationUrl;
use leopard_core::stream::StreamEvent;
use poem_openapi::Object;
use poem_openapi::registry::{MetaDiscriminatorObject, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Serialize;

use crate::framework::payload::{Timestamp, inline};
use crate::notifications::{MetaInfoView, TypeName};

/// Declares events: for each the schema, the value of `type` and the other members, in the order that clients
/// see.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $event:ident as $kind:literal {
            $($(#[doc = $about:literal])+ $(#[serde($serde:meta)])? $member:ident: $type:ty,)*
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Object, Serialize)]
            #[serde(tag = "type", rename = $kind)]
            struct $event {
                $($(#[doc = $about])+ $(#[serde($serde)])? $member: $type,)*
            }

            impl $event {
                fn push_json(&self, text: &mut Vec<u8>) {
                    // Neither these members nor writing to a vector can fail.
                    let _ = serde_json::to_writer(text, self);
                }
            }
        )+

        /// The value of `type` and the schema's name of each event; adds the schemas to the document.
        fn register_events(registry: &mut Registry) -> Vec<(&'static str, &'static str)> {
            $(register_event::<$event>(registry, stringify!($event), $kind);)+
            vec![$(($kind, stringify!($event))),+]
        }
    };
}

events! {
    /// The first event of every stream.
    ConnectionEstablishedEvent as "connection_established" {
        /// Human-readable greeting.
        message: String,
        /// Id of the user.
        user_id: i64,
        /// Number of unread notifications.
        unread_count: i64,
        /// The newest cursor.
        last_event_id: String,
        /// Seconds between heartbeats.
        heartbeat_seconds: u32,
        /// Expiry of the token that opened the stream; `token_expired` follows at that time.
        token_expires_at: Timestamp,
    }

    /// A notification as it was created. The event's `id` is its sequence.
    NotificationEvent as "notification" {
        /// Id of the notification.
        id: i64,
        /// Type.
        notification_type: TypeName,
        /// Title.
        title: String,
        /// Message.
        message: String,
        /// Where it leads: an `http` or `https` URL, or an absolute path. Absent if it leads nowhere.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Due date.
        due_date: Option<Timestamp>,
        /// What the notification is about.
        meta_info: MetaInfoView,
        /// Always false, because it is shown as it was created.
        read: bool,
        /// Creation time.
        created_at: Timestamp,
    }

    /// Sign that the stream is alive.
    HeartbeatEvent as "heartbeat" {
        /// Time of the heartbeat.
        timestamp: Timestamp,
    }

    /// Notifications were read, on any device.
    NotificationReadEvent as "notification_read" {
        /// Ids of the notifications.
        notification_ids: Vec<i64>,
    }

    /// Notifications were deleted, on any device.
    NotificationDeletedEvent as "notification_deleted" {
        /// Ids of the notifications.
        notification_ids: Vec<i64>,
    }

    /// New unread count. It is not sent for a new notification: increment your count then.
    UnreadCountUpdateEvent as "unread_count_update" {
        /// Number of unread notifications.
        unread_count: i64,
    }

    /// More was missed than is replayed: read the inbox. The stream continues after `last_event_id`.
    ReplayTruncatedEvent as "replay_truncated" {
        /// Number of missed notifications; null if the client's cursor was ahead of the log.
        missed: Option<i64>,
        /// The cursor after which the stream continues.
        last_event_id: String,
    }

    /// The server is shutting down: reconnect after the `retry` of this event.
    ServerShutdownEvent as "server_shutdown" {}

    /// The token has expired: get a new one before reconnecting.
    TokenExpiredEvent as "token_expired" {}

    /// The storage is unavailable: reconnect after the `retry` of this event.
    UnavailableEvent as "unavailable" {}

    /// The user has too many open streams, or has sent too many requests: reconnect after the `retry` of
    /// this event. Sent only if the token is in the URL; otherwise the response is a 429.
    ThrottledEvent as "throttled" {
        /// Seconds to wait before another attempt.
        retry_after: u32,
    }
}

/// Writes the JSON of an event, on one line.
pub(super) fn push_json(text: &mut Vec<u8>, event: &StreamEvent) {
    match event {
        StreamEvent::ConnectionEstablished {
            user,
            newest,
            unread,
            heartbeat_seconds,
            token_expires_at,
            ..
        } => ConnectionEstablishedEvent {
            message: "SSE connection established".to_owned(),
            user_id: user.0,
            unread_count: *unread,
            last_event_id: newest.to_string(),
            heartbeat_seconds: *heartbeat_seconds,
            token_expires_at: Timestamp::of(*token_expires_at),
        }
        .push_json(text),
        StreamEvent::Notification(notification) => NotificationEvent {
            id: notification.id.0,
            notification_type: TypeName(notification.kind),
            title: notification.title.clone(),
            message: notification.message.clone(),
            url: notification.url.clone().map(NotificationUrl::into_string),
            due_date: notification.due_date.map(Timestamp::of),
            meta_info: MetaInfoView::from(&notification.meta_info),
            read: false,
            created_at: Timestamp::of(notification.created_at),
        }
        .push_json(text),
        StreamEvent::Tombstone { id, .. } => {
            NotificationDeletedEvent { notification_ids: numbers(&[*id]) }.push_json(text);
        }
        StreamEvent::NotificationsDeleted(ids) => {
            NotificationDeletedEvent { notification_ids: numbers(ids) }.push_json(text);
        }
        StreamEvent::NotificationsRead(ids) => {
            NotificationReadEvent { notification_ids: numbers(ids) }.push_json(text);
        }
        StreamEvent::UnreadCount(unread) => {
            UnreadCountUpdateEvent { unread_count: *unread }.push_json(text);
        }
        StreamEvent::ReplayTruncated { missed, newest } => {
            ReplayTruncatedEvent { missed: *missed, last_event_id: newest.to_string() }
                .push_json(text);
        }
        StreamEvent::Heartbeat(at) => {
            HeartbeatEvent { timestamp: Timestamp::exact(*at) }.push_json(text);
        }
        StreamEvent::ServerShutdown => ServerShutdownEvent {}.push_json(text),
        StreamEvent::TokenExpired => TokenExpiredEvent {}.push_json(text),
        StreamEvent::Unavailable => UnavailableEvent {}.push_json(text),
        StreamEvent::Throttled { retry_after } => {
            ThrottledEvent { retry_after: *retry_after }.push_json(text);
        }
    }
}

fn numbers(ids: &[NotificationId]) -> Vec<i64> {
    ids.iter().map(|id| id.0).collect()
}

/// Adds the schema of an event to the document, with `type` as the first member.
fn register_event<T: Type>(registry: &mut Registry, name: &str, kind: &'static str) {
    T::register(registry);
    if let Some(schema) = registry.schemas.get_mut(name) {
        let literal = inline(MetaSchema {
            description: Some("Type of the event."),
            enum_items: vec![kind.into()],
            ..MetaSchema::new("string")
        });
        schema.required.insert(0, "type");
        schema.properties.insert(0, ("type", literal));
    }
}

/// The union of all events in the document.
pub(super) struct StreamEventSchema;

impl StreamEventSchema {
    const NAME: &str = "StreamEvent";

    pub(super) fn reference() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::NAME.to_owned())
    }

    pub(super) fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::NAME.to_owned(), |registry| {
            let events = register_events(registry).into_iter();
            let target = |name| format!("#/components/schemas/{name}");
            MetaSchema {
                description: Some(
                    "The JSON of one `data:` line of the stream; `type` is the type of the event. Unknown values \
                     are to be ignored: later versions add events of other types, and members of events.",
                ),
                one_of: (events.clone())
                    .map(|(_, name)| MetaSchemaRef::Reference(name.to_owned()))
                    .collect(),
                discriminator: Some(MetaDiscriminatorObject {
                    property_name: "type",
                    mapping: events.map(|(kind, name)| (kind.to_owned(), target(name))).collect(),
                }),
                ..MetaSchema::ANY
            }
        });
    }
}
