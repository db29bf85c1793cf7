//! The events of a stream.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::Notification;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamEvent {
    /// The first event of every stream.
    ConnectionEstablished {
        user: UserId,
        /// The cursor from which this stream starts.
        start: i64,
        /// The newest cursor.
        newest: i64,
        /// Unread notifications up to the newest cursor.
        unread: i64,
        heartbeat_seconds: u32,
        /// When the token that opened the stream expires.
        token_expires_at: DateTime<Utc>,
    },
    /// A notification as it was created.
    Notification(Arc<Notification>),
    /// A notification that was deleted before the stream reached it.
    Tombstone {
        id: NotificationId,
        /// The position in the mailbox.
        sequence: i64,
    },
    /// Notifications were read, on any device.
    NotificationsRead(Vec<NotificationId>),
    /// Notifications were deleted, on any device.
    NotificationsDeleted(Vec<NotificationId>),
    /// The number of unread notifications, up to the last one that the stream has written.
    UnreadCount(i64),
    /// More notifications were missed than are replayed; the inbox has them.
    ReplayTruncated {
        /// The number of missed notifications; unknown if the cursor was ahead of the mailbox.
        missed: Option<i64>,
        /// The cursor from which the stream continues.
        newest: i64,
    },
    /// The connection is alive.
    Heartbeat(DateTime<Utc>),
    /// The node shuts down; a reconnect reaches another one.
    ServerShutdown,
    /// The token has expired.
    TokenExpired,
    /// The store cannot be reached; a reconnect may succeed.
    Unavailable,
    /// The user has too many streams or requests.
    Throttled {
        /// Seconds until a reconnect may succeed.
        retry_after: u32,
    },
}

impl StreamEvent {
    /// The cursor of the client after the event, if it moves.
    pub fn cursor(&self) -> Option<i64> {
        match self {
            Self::ConnectionEstablished { start, .. } => Some(*start),
            Self::Notification(notification) => Some(notification.sequence),
            Self::Tombstone { sequence, .. } => Some(*sequence),
            Self::ReplayTruncated { newest, .. } => Some(*newest),
            _ => None,
        }
    }
}
