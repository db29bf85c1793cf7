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

/// Which notifications of a mailbox a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxQuery {
    /// Whose.
    pub user: UserId,
    /// Whether those that are read are among them.
    pub include_read: bool,
    /// Only those of this type.
    pub kind: Option<NotificationType>,
    /// Only those with a greater sequence, oldest first; without it, newest first.
    pub after: Option<i64>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// Keeps the mailboxes. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationRepository: Send + Sync {
    /// The notification, if it is in this user's mailbox and not deleted.
    async fn find(&self, user: UserId, id: NotificationId)
    -> Result<Option<Notification>, Failure>;

    /// Those of these that are not deleted, in whosever mailboxes, in the order of their identities.
    async fn find_many(&self, ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure>;

    /// One page of a mailbox, without what was deleted.
    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure>;

    /// At most so many of a mailbox that are overdue at that time, the earliest due first.
    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure>;

    /// The numbers of these users' mailboxes, in the order asked for; a user who was never told
    /// anything has an empty one.
    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure>;

    /// The log after a sequence, in order, at most `limit` entries, without a hole.
    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure>;

    /// The changes of state after a cursor, in order, at most `limit`, and the mailbox at that
    /// same moment.
    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure>;

    /// What the log gained since a watermark, whoever wrote it; without one, nothing yet and the
    /// watermark to begin with. A commit that becomes visible late is told late, and none is
    /// missed, but for those of numbers that a database gave out twice because a crash or a standby
    /// made it forget them before anybody looked: a comparison of the mailboxes finds those.
    async fn changes_since(&self, watermark: Option<Watermark>) -> Result<MailboxChanges, Failure>;

    /// Stores the change, and the mailbox's numbers with it. A selected notification that is not
    /// in the mailbox is passed over.
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
