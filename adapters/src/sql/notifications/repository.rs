//! Reading mailboxes.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{AppendNotifications, InboxChange, InboxStored};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, MailboxChanges, Notification, ReadStatePage, RevisionCursor, Watermark,
};
use leopard_core::domain::page::Page;
use leopard_core::port::{InboxQuery, NotificationRepository};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::sql::backend::Pool;
use crate::sql::backend::error::failure;
use crate::sql::backend::page;
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{Column, Entity, Model, ReadStateRow};
use crate::sql::notifications::change_feed;
use crate::sql::store::CHUNK;
use crate::sql::store::SqlStore;

#[async_trait]
impl NotificationRepository for SqlStore {
    async fn find(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Option<Notification>, Failure> {
        let row = present(user)
            .filter(Column::Id.eq(id.0))
            .one(&self.connections.readers)
            .await
            .map_err(failure)?;
        row.map(Notification::try_from).transpose()
    }

    async fn find_many(&self, mut ids: Vec<NotificationId>) -> Result<Vec<Notification>, Failure> {
        ids.sort_unstable();
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .filter(Column::DeletedAt.is_null())
                .order_by_asc(Column::Id)
                .all(&self.connections.readers)
                .await
                .map_err(failure)?;
            for row in rows {
                found.push(row.try_into()?);
            }
        }
        Ok(found)
    }

    async fn list(&self, query: InboxQuery) -> Result<Page<Notification>, Failure> {
        let _permit = self.list_permit(query.user).await?;
        let snapshot = self.connections.readers.snapshot().await?;
        let rows = page::rows_of(&snapshot, wanted(&query), query.page);
        let (total, rows) = snapshot.read(rows).await?;
        Ok(Page {
            total,
            request: query.page,
            items: rows
                .into_iter()
                .map(|row: Model| row.try_into())
                .collect::<Result<_, _>>()?,
        })
    }

    async fn overdue(
        &self,
        user: UserId,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Notification>, Failure> {
        let rows = present(user)
            .filter(Column::DueDate.lt(at))
            .filter(Column::IsCompleted.eq(false))
            .order_by_asc(Column::DueDate)
            .order_by_asc(Column::Sequence)
            .limit(u64::from(limit))
            .all(&self.connections.readers)
            .await
            .map_err(failure)?;
        rows.into_iter().map(Notification::try_from).collect()
    }

    async fn mailboxes(&self, users: Vec<UserId>) -> Result<Vec<Mailbox>, Failure> {
        let mut mailboxes = Vec::with_capacity(users.len());
        for chunk in users.chunks(CHUNK) {
            mailboxes.extend(mailboxes_of(&self.connections.lookups, chunk).await?);
        }
        Ok(mailboxes)
    }

    async fn log_after(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Failure> {
        let rows = Entity::find()
            .filter(Column::UserId.eq(user.0))
            .filter(Column::Sequence.gt(after))
            .order_by_asc(Column::Sequence)
            .limit(u64::from(limit))
            .all(&self.connections.readers)
            .await
            .map_err(failure)?;
        rows.into_iter().map(Model::into_log_entry).collect()
    }

    async fn read_state_changes(
        &self,
        user: UserId,
        after: RevisionCursor,
        limit: u32,
    ) -> Result<ReadStatePage, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        let read = async {
            let mailbox = mailbox_at(&snapshot, user).await?;
            let rows = changed_after(user, after)
                .limit(u64::from(limit))
                .into_model::<ReadStateRow>()
                .all(&*snapshot)
                .await
                .map_err(failure)?;
            Ok(ReadStatePage {
                mailbox,
                changes: rows.into_iter().map(Into::into).collect(),
            })
        };
        snapshot.read(read).await
    }

    async fn changes_since(&self, watermark: Option<Watermark>) -> Result<MailboxChanges, Failure> {
        change_feed::since(&self.connections.lookups, &self.long_transaction, watermark).await
    }

    async fn commit(&self, change: InboxChange) -> Result<InboxStored, Failure> {
        self.connections.writer.commit(change).await
    }

    async fn announce(
        &self,
        announcement: AppendNotifications,
    ) -> Result<Vec<Notification>, Failure> {
        self.connections.writer.commit(announcement).await
    }

    async fn announce_once(
        &self,
        announcement: Keyed<AppendNotifications>,
    ) -> Result<Committed<Vec<Notification>>, Failure> {
        self.connections.writer.commit(announcement).await
    }
}

/// Those in a mailbox that are not deleted.
pub(in crate::sql) fn present(user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::DeletedAt.is_null())
}

fn wanted(query: &InboxQuery) -> Select<Entity> {
    let mut rows = present(query.user);
    if !query.include_read {
        rows = rows.filter(Column::ReadAt.is_null());
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(Column::Kind.eq(kind.as_str()));
    }
    match query.after {
        Some(after) => rows
            .filter(Column::Sequence.gt(after))
            .order_by_asc(Column::Sequence),
        None => rows.order_by_desc(Column::Sequence),
    }
}

async fn mailboxes_of(readers: &Pool, users: &[UserId]) -> Result<Vec<Mailbox>, Failure> {
    let rows = mailbox::Entity::find()
        .filter(mailbox::Column::UserId.is_in(users.iter().map(|user| user.0)))
        .all(readers)
        .await
        .map_err(failure)?;
    let found: HashMap<UserId, Mailbox> = rows
        .into_iter()
        .map(Mailbox::from)
        .map(|mailbox| (mailbox.user, mailbox))
        .collect();
    let stand = |user: &UserId| found.get(user).copied().unwrap_or(Mailbox::empty(*user));
    Ok(users.iter().map(stand).collect())
}

async fn mailbox_at(snapshot: &DatabaseTransaction, user: UserId) -> Result<Mailbox, Failure> {
    let row = mailbox::Entity::find_by_id(user.0)
        .one(snapshot)
        .await
        .map_err(failure)?;
    Ok(row.map_or(Mailbox::empty(user), Mailbox::from))
}

/// Those without a state are named on purpose: the index leaves them out.
fn changed_after(user: UserId, after: RevisionCursor) -> Select<Entity> {
    let place = Expr::tuple([Expr::col(Column::Revision), Expr::col(Column::Id)]);
    let seen = Expr::tuple([Expr::value(after.revision), Expr::value(after.id.0)]);
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Revision,
            Column::ReadAt,
            Column::DeletedAt,
        ])
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Revision.is_not_null())
        .filter(place.gt(seen))
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Id)
}
