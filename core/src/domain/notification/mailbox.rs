//! Mailboxes: the log of one user's notifications.

use std::sync::Arc;

use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::Notification;

/// The counters of a mailbox. They change in the transaction that changes its notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox {
    /// The owner.
    pub user: UserId,
    /// The sequence of the newest notification; 0 in an empty mailbox.
    pub head: i64,
    /// Raised by each commit that reads, unreads or deletes notifications.
    pub revision: i64,
    /// The number of notifications that are neither read nor deleted.
    pub unread: i64,
}

impl Mailbox {
    /// The mailbox of a user without notifications.
    pub fn empty(user: UserId) -> Self {
        Self { user, head: 0, revision: 0, unread: 0 }
    }
}

/// One entry of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogEntry {
    /// A notification.
    Present(Arc<Notification>),
    /// A deleted notification.
    Tombstone {
        id: NotificationId,
        /// The position in the mailbox.
        sequence: i64,
    },
}

impl LogEntry {
    /// The position in the mailbox.
    pub fn sequence(&self) -> i64 {
        match self {
            Self::Present(notification) => notification.sequence,
            Self::Tombstone { sequence, .. } => *sequence,
        }
    }
}

/// The state of a notification after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadStatus {
    /// Unread again.
    Unread,
    /// Read.
    Read,
    /// Deleted.
    Deleted,
}

/// A position in the changes of read states: all commits before `revision`, and of that commit all ids up
/// to `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevisionCursor {
    /// The revision of the mailbox after the commit.
    pub revision: i64,
    /// The last id within the commit.
    pub id: NotificationId,
}

impl RevisionCursor {
    /// The position after all changes up to a revision.
    pub fn at(revision: i64) -> Self {
        Self { revision, id: NotificationId(i64::MAX) }
    }
}

/// A change of a read state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStateChange {
    /// The position of the change, which names the notification.
    pub cursor: RevisionCursor,
    pub status: ReadStatus,
}

/// Changes of read states after a cursor, with the mailbox in the same snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStatePage {
    pub mailbox: Mailbox,
    /// The changes in order, up to the limit.
    pub changes: Vec<ReadStateChange>,
}

/// The position of the log poller. The store defines the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark(pub i64);

/// The mailboxes that have grown since a watermark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxChanges {
    /// Owners and heads of the mailboxes; repetitions are harmless.
    pub heads: Vec<(UserId, i64)>,
    /// The next watermark.
    pub watermark: Watermark,
}

/// A wake-up: "this mailbox is at this point". It may be lost, repeated or late; the store is the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxUpdate {
    pub user: UserId,
    /// The head of the mailbox, 0 if the sender does not know it.
    pub head: i64,
    /// The revision of the mailbox, 0 if the sender does not know it.
    pub revision: i64,
    /// The notification at `head`, which saves the receiver a read.
    pub notification: Option<Arc<Notification>>,
}

impl MailboxUpdate {
    /// The update for a new notification.
    pub fn of_notification(notification: Arc<Notification>) -> Self {
        Self {
            user: notification.recipient,
            head: notification.sequence,
            revision: 0,
            notification: Some(notification),
        }
    }

    /// The update for a mailbox that was read from the store.
    pub fn of_mailbox(mailbox: Mailbox) -> Self {
        let Mailbox { user, head, revision, .. } = mailbox;
        Self { user, head, revision, notification: None }
    }
}
