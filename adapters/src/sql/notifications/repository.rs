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
use crate::sql::store::SqlStore;

#[async_trait]
impl NotificationRepository for SqlStore {
    async fn find(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Option<Notification>, Failure> {
        Ok(read::find(&self.readers, user, id).await?)
    }

    async fn find_many(&self, ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure> {
        Ok(read::find_many(&self.readers, ids).await?)
    }

    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure> {
        let _permit = self.list_permit(query.user).await?;
        let list = async |snapshot: &_| read::list(snapshot, &query).await;
        Ok(self.readers.read(list).await?)
    }

    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure> {
        Ok(read::overdue(&self.readers, user, at, limit).await?)
    }

    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure> {
        Ok(read::mailboxes(&self.lookups, &users).await?)
    }

    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure> {
        Ok(read::log_after(&self.readers, user, after, limit).await?)
    }

    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure> {
        let read = async |snapshot: &_| read::state_changes(snapshot, user, after, limit).await;
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
