//! Reads of mailboxes and notifications.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, Notification, ReadStatePage, RevisionCursor,
};
use leopard_core::domain::page::Page;
use leopard_core::port::InboxQuery;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::page::rows_of;
use crate::sql::backend::{Executor, MAX_VALUES};
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{
    Column, Entity, Model, READ_STATE, ReadStateRow, read_state,
};

/// The notifications in a mailbox, without deleted ones.
pub(super) fn present(user: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(user.0)).filter(Column::DeletedAt.is_null())
}

pub(super) async fn find(
    executor: Executor<'_>,
    user: UserId,
    id: NotificationId,
) -> Result<Option<Notification>, SqlError> {
    let row = executor.one(present(user).filter(Column::Id.eq(id.0))).await?;
    Ok(row.map(Notification::try_from).transpose()?)
}

/// Finds notifications in any mailbox, ordered by id.
pub(super) async fn find_many(
    snapshot: Executor<'_>,
    mut ids: Vec<NotificationId>,
) -> Result<Vec<Notification>, SqlError> {
    ids.sort_unstable();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(MAX_VALUES) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(chunk.iter().map(|id| id.0)))
            .filter(Column::DeletedAt.is_null())
            .order_by_asc(Column::Id);
        for row in snapshot.all(rows).await? {
            found.push(row.try_into()?);
        }
    }
    Ok(found)
}

/// One page of a mailbox.
pub(super) async fn list(
    snapshot: Executor<'_>,
    query: &InboxQuery,
) -> Result<Page<Notification>, SqlError> {
    let (total, rows) = rows_of(snapshot, select(query), query.page).await?;
    Ok(Page { total, request: query.page, items: notifications(rows)? })
}

fn select(query: &InboxQuery) -> Select<Entity> {
    let mut rows = present(query.user);
    if !query.include_read {
        rows = rows.filter(Column::ReadAt.is_null());
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(Column::Kind.eq(kind.as_str()));
    }
    match query.after {
        Some(after) => rows.filter(Column::Sequence.gt(after)).order_by_asc(Column::Sequence),
        None => rows.order_by_desc(Column::Sequence),
    }
}

/// The open notifications of a mailbox whose due date has passed, earliest due date first.
pub(super) async fn overdue(
    snapshot: Executor<'_>,
    user: UserId,
    at: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Notification>, SqlError> {
    let rows = present(user)
        .filter(Column::DueDate.lt(at))
        .filter(Column::IsCompleted.eq(false))
        .order_by_asc(Column::DueDate)
        .order_by_asc(Column::Sequence)
        .limit(u64::from(limit));
    notifications(snapshot.all(rows).await?)
}

fn notifications(rows: Vec<Model>) -> Result<Vec<Notification>, SqlError> {
    let notifications = rows.into_iter().map(Notification::try_from);
    Ok(notifications.collect::<Result<_, _>>()?)
}

/// The mailboxes of these users, in the same order.
pub(super) async fn mailboxes(
    lookups: Executor<'_>,
    users: &[UserId],
) -> Result<Vec<Mailbox>, SqlError> {
    let mut mailboxes = Vec::with_capacity(users.len());
    for chunk in users.chunks(MAX_VALUES) {
        let rows = mailbox::Entity::find()
            .filter(mailbox::Column::UserId.is_in(chunk.iter().map(|user| user.0)));
        let rows = lookups.all(rows).await?.into_iter().map(Mailbox::from);
        let found: HashMap<UserId, Mailbox> = rows.map(|mailbox| (mailbox.user, mailbox)).collect();
        let mailbox = |user: &UserId| found.get(user).copied().unwrap_or(Mailbox::empty(*user));
        mailboxes.extend(chunk.iter().map(mailbox));
    }
    Ok(mailboxes)
}

/// The log of a mailbox after a sequence, in order.
pub(super) async fn log_after(
    lookups: Executor<'_>,
    user: UserId,
    after: i64,
    limit: u32,
) -> Result<Vec<LogEntry>, SqlError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Sequence.gt(after))
        .order_by_asc(Column::Sequence)
        .limit(u64::from(limit));
    let entries = lookups.all(rows).await?.into_iter();
    let entries = entries.map(Model::into_log_entry);
    Ok(entries.collect::<Result<_, _>>()?)
}

/// The reads and deletions after a cursor, in order, and the mailbox they lead to.
pub(super) async fn state_changes(
    snapshot: Executor<'_>,
    user: UserId,
    after: RevisionCursor,
    limit: u32,
) -> Result<ReadStatePage, SqlError> {
    let mailbox = snapshot.one(mailbox::Entity::find_by_id(user.0)).await?;
    let position = Expr::tuple([Expr::col(Column::Revision), Expr::col(Column::Id)]);
    let seen = Expr::tuple([Expr::value(after.revision), Expr::value(after.id.0)]);
    let rows = Entity::find()
        .select_only()
        .columns(READ_STATE)
        .filter(Column::UserId.eq(user.0))
        // Implied by the next condition, but needed to use the partial index.
        .filter(Column::Revision.is_not_null())
        .filter(position.gt(seen))
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit));
    let rows: Vec<ReadStateRow> = snapshot.rows(rows.as_query()).await?;
    Ok(ReadStatePage {
        mailbox: mailbox.map_or(Mailbox::empty(user), Mailbox::from),
        changes: rows.into_iter().map(read_state).collect(),
    })
}
