use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::change::{AppendNotifications, InboxChange, InboxStored};
use crate::domain::id::{NotificationId, UserId};
use crate::domain::idempotency::{Committed, IdempotencyKey};
use crate::domain::notification::{
    LogEntry, Mailbox, MailboxChanges, Notification, NotificationType, ReadStatePage,
    RevisionCursor, Watermark,
};
use crate::domain::page::{Page, PageRequest};

/// The query of a notification list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxQuery {
    pub user: UserId,
    /// Whether read notifications are included.
    pub include_read: bool,
    /// Only notifications of this type.
    pub kind: Option<NotificationType>,
    /// Only notifications with a greater sequence, oldest first. Without it, newest first.
    pub after: Option<i64>,
    pub page: PageRequest,
}

/// Stores mailboxes. The head, revision and unread count of a mailbox change in the transaction that changes
/// its notifications, and sequences have no gaps. Every method fails with [`Failure::Unavailable`] if the store
/// cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationRepository: Send + Sync {
    /// The notification with this id, if it is in the user's mailbox and not deleted.
    async fn find(&self, user: UserId, id: NotificationId)
    -> Result<Option<Notification>, Failure>;

    /// The notifications of `ids` in any mailbox that are not deleted, each once, by id.
    async fn find_many(&self, ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure>;

    /// One page of a mailbox, without deleted notifications.
    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure>;

    /// At most `limit` notifications of a mailbox that are overdue at this time, by due date and sequence.
    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure>;

    /// The mailboxes of these users, in the order of `users`. A user without notifications, known or not, has
    /// an empty one.
    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure>;

    /// At most `limit` entries of a mailbox after a sequence, in order and without gaps.
    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure>;

    /// At most `limit` changes of read states after a cursor, in order, and the mailbox in the same
    /// snapshot.
    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure>;

    /// The mailboxes that have grown since a watermark, on any node. Without a watermark, no mailbox and the
    /// current watermark. A commit that becomes visible late is returned late, but not missed. The only
    /// exception are ids that a database assigned twice because a crash or a failover lost them before
    /// anyone read them: the reconciler finds those.
    async fn changes_since(&self, watermark: Option<Watermark>) -> Result<MailboxChanges, Failure>;

    /// Commits a change of one mailbox. Selected notifications that are not in it are skipped.
    async fn commit(&self, change: InboxChange) -> Result<InboxStored, Failure>;

    /// Appends the notifications to their mailboxes, all or none, and returns them as stored, in the same
    /// order. With a key, they are stored once per key, together with the key.
    ///
    /// # Errors
    ///
    /// [`Failure::IdempotencyKeyReused`] if another request used the key.
    async fn announce(
        &self,
        change: AppendNotifications,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<Vec<Notification>>, Failure>;
}
