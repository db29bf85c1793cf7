//! The events of the stream, one type each, in the order of members that clients see.

use leopard_core::domain::notification::{Notification, NotificationType};
use poem_openapi::Object;

use super::literal::literals;
use crate::framework::payload::{Name, Timestamp};
use crate::notifications::MetaInfoView;

literals! {
    ConnectionEstablishedType = "connection_established",
    NotificationEventType = "notification",
    HeartbeatType = "heartbeat",
    NotificationReadType = "notification_read",
    NotificationDeletedType = "notification_deleted",
    UnreadCountUpdateType = "unread_count_update",
    ReplayTruncatedType = "replay_truncated",
    ServerShutdownType = "server_shutdown",
    TokenExpiredType = "token_expired",
    UnavailableType = "unavailable",
    ThrottledType = "throttled",
}

/// The first event of every stream.
#[derive(Object, Debug)]
#[oai(rename = "ConnectionEstablishedEvent")]
pub(super) struct ConnectionEstablished {
    #[oai(rename = "type")]
    pub(super) kind: ConnectionEstablishedType,
    /// Human-readable greeting.
    pub(super) message: String,
    /// Id of the user.
    pub(super) user_id: i64,
    /// Number of unread notifications.
    pub(super) unread_count: i64,
    /// The newest cursor.
    pub(super) last_event_id: String,
    /// Seconds between heartbeats.
    pub(super) heartbeat_seconds: u32,
    /// Expiry of the token that opened the stream; `token_expired` follows at that time.
    pub(super) token_expires_at: Timestamp,
}

/// A notification as it was created. The event's `id` is its sequence.
#[derive(Object, Debug)]
pub(super) struct NotificationEvent {
    #[oai(rename = "type")]
    kind: NotificationEventType,
    /// Id of the notification.
    id: i64,
    /// Type.
    notification_type: Name<NotificationType>,
    /// Title.
    title: String,
    /// Message.
    message: String,
    /// Due date.
    due_date: Option<Timestamp>,
    /// What the notification is about.
    meta_info: MetaInfoView,
    /// Always false, because it is shown as it was created.
    read: bool,
    /// Creation time.
    created_at: Timestamp,
}

impl From<&Notification> for NotificationEvent {
    fn from(notification: &Notification) -> Self {
        Self {
            kind: NotificationEventType,
            id: notification.id.0,
            notification_type: notification.kind.into(),
            title: notification.title.clone(),
            message: notification.message.clone(),
            due_date: notification.due_date.map(Timestamp::of),
            meta_info: MetaInfoView::from(&notification.meta_info),
            read: false,
            created_at: Timestamp::of(notification.created_at),
        }
    }
}

/// Sign that the stream is alive.
#[derive(Object, Debug)]
#[oai(rename = "HeartbeatEvent")]
pub(super) struct Heartbeat {
    #[oai(rename = "type")]
    pub(super) kind: HeartbeatType,
    /// Time of the heartbeat.
    pub(super) timestamp: Timestamp,
}

/// Notifications were read, on any device.
#[derive(Object, Debug)]
#[oai(rename = "NotificationReadEvent")]
pub(super) struct NotificationRead {
    #[oai(rename = "type")]
    pub(super) kind: NotificationReadType,
    /// Ids of the notifications.
    pub(super) notification_ids: Vec<i64>,
}

/// Notifications were deleted, on any device.
#[derive(Object, Debug)]
#[oai(rename = "NotificationDeletedEvent")]
pub(super) struct NotificationDeleted {
    #[oai(rename = "type")]
    pub(super) kind: NotificationDeletedType,
    /// Ids of the notifications.
    pub(super) notification_ids: Vec<i64>,
}

/// New unread count. It is not sent for a new notification: increment your count then.
#[derive(Object, Debug)]
#[oai(rename = "UnreadCountUpdateEvent")]
pub(super) struct UnreadCountUpdate {
    #[oai(rename = "type")]
    pub(super) kind: UnreadCountUpdateType,
    /// Number of unread notifications.
    pub(super) unread_count: i64,
}

/// More was missed than is replayed: read the inbox. The stream continues after `last_event_id`.
#[derive(Object, Debug)]
#[oai(rename = "ReplayTruncatedEvent")]
pub(super) struct ReplayTruncated {
    #[oai(rename = "type")]
    pub(super) kind: ReplayTruncatedType,
    /// Number of missed notifications; null if the client's cursor was ahead of the log.
    pub(super) missed: Option<i64>,
    /// The cursor after which the stream continues.
    pub(super) last_event_id: String,
}

/// The server is shutting down: reconnect after the `retry` of this event.
#[derive(Object, Debug)]
#[oai(rename = "ServerShutdownEvent")]
pub(super) struct ServerShutdown {
    #[oai(rename = "type")]
    pub(super) kind: ServerShutdownType,
}

/// The token has expired: get a new one before reconnecting.
#[derive(Object, Debug)]
#[oai(rename = "TokenExpiredEvent")]
pub(super) struct TokenExpired {
    #[oai(rename = "type")]
    pub(super) kind: TokenExpiredType,
}

/// The storage is unavailable: reconnect after the `retry` of this event.
#[derive(Object, Debug)]
#[oai(rename = "UnavailableEvent")]
pub(super) struct Unavailable {
    #[oai(rename = "type")]
    pub(super) kind: UnavailableType,
}

/// The user has too many open streams, or has sent too many requests: reconnect after the `retry` of
/// this event. Sent only if the token is in the URL; otherwise the response is a 429.
#[derive(Object, Debug)]
#[oai(rename = "ThrottledEvent")]
pub(super) struct Throttled {
    #[oai(rename = "type")]
    pub(super) kind: ThrottledType,
    /// Seconds to wait before another attempt.
    pub(super) retry_after: u32,
}
