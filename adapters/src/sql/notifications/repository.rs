//! The notification repository: each method is one read or one change.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{AppendNotifications, InboxChange, InboxStored};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, MailboxChanges, Notification, ReadStatePage, RevisionCursor, Watermark,
};
use leopard_core::domain::page::Page;
use leopard_core::port::{InboxQuery, NotificationRepository};

use super::{change_feed, read};
use crate::sql::backend::Executor;
use crate::sql::store::SqlStore;

#[async_trait]
impl NotificationRepository for SqlStore {
    async fn find(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Option<Notification>, Failure> {
        let find = async |lookups: Executor<'_>| read::find(lookups, user, id).await;
        Ok(self.readers.look_up(find).await?)
    }

    async fn find_many(&self, ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure> {
        let find = async |snapshot: Executor<'_>| read::find_many(snapshot, ids).await;
        Ok(self.readers.read(find).await?)
    }

    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure> {
        let _permit = self.list_permit(query.user).await?;
        let list = async |snapshot: Executor<'_>| read::list(snapshot, &query).await;
        Ok(self.readers.read(list).await?)
    }

    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure> {
        let overdue = async |snapshot: Executor<'_>| read::overdue(snapshot, user, at, limit).await;
        Ok(self.readers.read(overdue).await?)
    }

    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure> {
        let find = async |lookups: Executor<'_>| read::mailboxes(lookups, &users).await;
        Ok(self.lookups.look_up(find).await?)
    }

    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure> {
        let read = async |lookups: Executor<'_>| read::log_after(lookups, user, after, limit).await;
        Ok(self.readers.look_up(read).await?)
    }

    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure> {
        let read =
            async |snapshot: Executor<'_>| read::state_changes(snapshot, user, after, limit).await;
        Ok(self.readers.read(read).await?)
    }

    async fn changes_since(&self, watermark: Option<Watermark>) -> Result<MailboxChanges, Failure> {
        Ok(change_feed::since(&self.lookups, &self.long_transaction, watermark).await?)
    }

    async fn commit(&self, change: InboxChange) -> Result<InboxStored, Failure> {
        self.writer.commit(change).await
    }

    async fn announce(
        &self,
        change: AppendNotifications,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<Vec<Notification>>, Failure> {
        self.commit_once(change, key).await
    }
}
