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
    /// For people.
    pub(super) message: String,
    /// Whose stream it is.
    pub(super) user_id: i64,
    /// Unread notifications at that moment.
    pub(super) unread_count: i64,
    /// The newest cursor at that moment.
    pub(super) last_event_id: String,
    /// Seconds between heartbeats.
    pub(super) heartbeat_seconds: u32,
    /// When the token that opened the stream expires: `token_expired` follows at that time.
    pub(super) token_expires_at: Timestamp,
}

/// A notification, as it was when it was made. The event's `id` is its place in the inbox.
#[derive(Object, Debug)]
pub(super) struct NotificationEvent {
    #[oai(rename = "type")]
    kind: NotificationEventType,
    /// Identity of the notification.
    id: i64,
    /// Why it was made.
    notification_type: Name<NotificationType>,
    /// In a few words.
    title: String,
    /// In a sentence.
    message: String,
    /// A date that matters for it.
    due_date: Option<Timestamp>,
    /// What it is about.
    meta_info: MetaInfoView,
    /// Always false: it is shown as it was made.
    read: bool,
    /// When it was made.
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

/// The stream is alive.
#[derive(Object, Debug)]
#[oai(rename = "HeartbeatEvent")]
pub(super) struct Heartbeat {
    #[oai(rename = "type")]
    pub(super) kind: HeartbeatType,
    /// When.
    pub(super) timestamp: Timestamp,
}

/// These were read, on whichever device.
#[derive(Object, Debug)]
#[oai(rename = "NotificationReadEvent")]
pub(super) struct NotificationRead {
    #[oai(rename = "type")]
    pub(super) kind: NotificationReadType,
    /// Identities of the notifications.
    pub(super) notification_ids: Vec<i64>,
}

/// These were deleted, on whichever device.
#[derive(Object, Debug)]
#[oai(rename = "NotificationDeletedEvent")]
pub(super) struct NotificationDeleted {
    #[oai(rename = "type")]
    pub(super) kind: NotificationDeletedType,
    /// Identities of the notifications.
    pub(super) notification_ids: Vec<i64>,
}

/// So many are unread now. A new notification alone does not bring this event: add one.
#[derive(Object, Debug)]
#[oai(rename = "UnreadCountUpdateEvent")]
pub(super) struct UnreadCountUpdate {
    #[oai(rename = "type")]
    pub(super) kind: UnreadCountUpdateType,
    /// How many.
    pub(super) unread_count: i64,
}

/// More was missed than is replayed: read the inbox; the stream goes live after `last_event_id`.
#[derive(Object, Debug)]
#[oai(rename = "ReplayTruncatedEvent")]
pub(super) struct ReplayTruncated {
    #[oai(rename = "type")]
    pub(super) kind: ReplayTruncatedType,
    /// How many; null when the client's cursor was ahead of the log.
    pub(super) missed: Option<i64>,
    /// The cursor after which the stream goes live.
    pub(super) last_event_id: String,
}

/// The server is leaving: come back after the `retry` that was sent with this event.
#[derive(Object, Debug)]
#[oai(rename = "ServerShutdownEvent")]
pub(super) struct ServerShutdown {
    #[oai(rename = "type")]
    pub(super) kind: ServerShutdownType,
}

/// The token has expired: get another one before coming back.
#[derive(Object, Debug)]
#[oai(rename = "TokenExpiredEvent")]
pub(super) struct TokenExpired {
    #[oai(rename = "type")]
    pub(super) kind: TokenExpiredType,
}

/// The storage is away: come back after the `retry` that was sent with this event.
#[derive(Object, Debug)]
#[oai(rename = "UnavailableEvent")]
pub(super) struct Unavailable {
    #[oai(rename = "type")]
    pub(super) kind: UnavailableType,
}

/// The user has too many open streams, or has sent too many requests. Sent only where the token is in
/// the URL; elsewhere the answer is 429. Reconnect after the `retry` that was sent with this event.
#[derive(Object, Debug)]
#[oai(rename = "ThrottledEvent")]
pub(super) struct Throttled {
    #[oai(rename = "type")]
    pub(super) kind: ThrottledType,
    /// Seconds to wait before another attempt.
    pub(super) retry_after: u32,
}
