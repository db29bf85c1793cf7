//! A mailbox is a user's log of notifications and what became of them.

use std::sync::Arc;

use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::Notification;

/// The three numbers of a mailbox, changed in the commit that changes its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox {
    /// Whose.
    pub user: UserId,
    /// The sequence of the newest notification, 0 when there was none yet.
    pub head: i64,
    /// Raised by every commit that reads something, makes it unread again or deletes it.
    pub revision: i64,
    /// How many notifications are neither read nor deleted.
    pub unread: i64,
}

impl Mailbox {
    /// The mailbox of a user who was never told anything.
    #[must_use]
    pub fn empty(user: UserId) -> Self {
        Self {
            user,
            head: 0,
            revision: 0,
            unread: 0,
        }
    }
}

/// One place of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogEntry {
    /// A notification that is still there.
    Present(Arc<Notification>),
    /// The place of one that was deleted.
    Tombstone {
        /// Which it was.
        id: NotificationId,
        /// Its place.
        sequence: i64,
    },
}

impl LogEntry {
    /// The place in the log.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        match self {
            Self::Present(notification) => notification.sequence,
            Self::Tombstone { sequence, .. } => *sequence,
        }
    }
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadStatus {
    /// It is unread (again).
    Unread,
    /// It was read.
    Read,
    /// It was deleted.
    Deleted,
}

/// How far the changes of state have been seen: all of commits before `state`, and within that
/// one all up to `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevisionCursor {
    /// The mailbox's `state` after the commit.
    pub revision: i64,
    /// The notification, in the order of ids.
    pub id: NotificationId,
}

impl RevisionCursor {
    /// Everything that this state of the mailbox holds has been seen.
    #[must_use]
    pub fn at(revision: i64) -> Self {
        Self {
            revision,
            id: NotificationId(i64::MAX),
        }
    }
}

/// One change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStateChange {
    /// Its place among the changes, and which notification.
    pub cursor: RevisionCursor,
    /// What became of it.
    pub status: ReadStatus,
}

/// Changes of state after a cursor, with the mailbox as it was at that same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStatePage {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// The changes in order, at most as many as were asked for.
    pub changes: Vec<ReadStateChange>,
}

/// How far a sweep of the log has come; what the number means is the store's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark(pub i64);

/// What the log gained since a watermark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxChanges {
    /// Whose mailboxes grew, and how far; repeats are harmless.
    pub heads: Vec<(UserId, i64)>,
    /// Where the next sweep begins.
    pub watermark: Watermark,
}

/// "This mailbox is at that point": a doorbell. It may be lost, repeated or late; the store is
/// the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxUpdate {
    /// Whose mailbox.
    pub user: UserId,
    /// Its head as far as the ringer knows, 0 where it does not.
    pub head: i64,
    /// Its state as far as the ringer knows, 0 where it does not.
    pub revision: i64,
    /// The notification at `head`, to save a read.
    pub notification: Option<Arc<Notification>>,
}

impl MailboxUpdate {
    /// Rings for a new notification.
    #[must_use]
    pub fn of_notification(notification: Arc<Notification>) -> Self {
        Self {
            user: notification.recipient,
            head: notification.sequence,
            revision: 0,
            notification: Some(notification),
        }
    }

    /// Rings for a mailbox as it stands.
    #[must_use]
    pub fn of_mailbox(mailbox: Mailbox) -> Self {
        let Mailbox {
            user,
            head,
            revision,
            ..
        } = mailbox;
        Self {
            user,
            head,
            revision,
            notification: None,
        }
    }
}
