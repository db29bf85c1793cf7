//! What a stream says.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::Notification;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamEvent {
    /// The first event of every stream.
    ConnectionEstablished {
        /// Whose stream.
        user: UserId,
        /// The cursor from which this stream starts.
        start: i64,
        /// The newest cursor.
        newest: i64,
        /// Unread notifications up to the newest cursor.
        unread: i64,
        /// Seconds between heartbeats.
        heartbeat_seconds: u32,
        /// When the token that opened the stream expires.
        token_expires_at: DateTime<Utc>,
    },
    /// A notification, as it was when it was made.
    Notification(Arc<Notification>),
    /// The place of a notification that was deleted before this stream came to it.
    Tombstone {
        /// Which it was.
        id: NotificationId,
        /// Its place.
        sequence: i64,
    },
    /// These were read, on whichever device.
    NotificationsRead(Vec<NotificationId>),
    /// These were deleted, on whichever device.
    NotificationsDeleted(Vec<NotificationId>),
    /// So many are unread, up to the last notification that this stream has shown.
    UnreadCount(i64),
    /// More was missed than is replayed: the inbox has it.
    ReplayTruncated {
        /// How many; unknown when the cursor was ahead of the log.
        missed: Option<i64>,
        /// The cursor after which the stream goes live.
        newest: i64,
    },
    /// The stream is alive.
    Heartbeat(DateTime<Utc>),
    /// The node is leaving; another connect finds another.
    ServerShutdown,
    /// The token has expired.
    TokenExpired,
    /// The store cannot be reached; another connect may find it.
    Unavailable,
    /// The user has too many streams or requests.
    Throttled {
        /// Seconds until another connect may succeed.
        retry_after: u32,
    },
}

impl StreamEvent {
    /// The cursor that a client holds after this event, where it moves.
    #[must_use]
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
