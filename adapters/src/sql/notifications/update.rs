//! Marks notifications as read, edits and deletes them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::domain::change::{InboxChange, InboxStored, InboxWrite, Selection};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{Mailbox, NotificationEdit};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, UpdateMany};

use super::read;
use crate::sql::backend::Executor;
use crate::sql::backend::MAX_VALUES;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::Change;
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{Column, Entity};

#[async_trait]
impl Change for InboxChange {
    type Stored = InboxStored;

    async fn write(self, transaction: Executor<'_>) -> Result<InboxStored, SqlError> {
        let Some(mailbox) = locked(transaction, self.user).await? else {
            let mailbox = Mailbox::empty(self.user);
            return Ok(InboxStored { mailbox, changed: 0 });
        };
        let next = Mailbox { revision: mailbox.revision + 1, ..mailbox };
        let effect = match self.write {
            InboxWrite::MarkRead(selection) => {
                mark_read(transaction, next, selection, self.at).await?
            }
            InboxWrite::Edit(id, edit) => self::edit(transaction, next, id, edit, self.at).await?,
            InboxWrite::Delete(id) => delete(transaction, next, id, self.at).await?,
        };
        let mailbox = if effect.raises_revision {
            let unread = mailbox.unread + effect.more_unread;
            let mailbox = Mailbox { unread, ..next };
            store(transaction, mailbox).await?;
            mailbox
        } else {
            mailbox
        };
        Ok(InboxStored { mailbox, changed: effect.changed })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        vec![self.user]
    }
}

/// The effect of a change on its mailbox.
#[derive(Default)]
struct Effect {
    /// The number of changed notifications.
    changed: u64,
    /// Whether streams must see the change.
    raises_revision: bool,
    /// By how much the unread count grows.
    more_unread: i64,
}

/// Reads the mailbox and locks it until the transaction ends.
async fn locked(transaction: Executor<'_>, user: UserId) -> Result<Option<Mailbox>, SqlError> {
    let row = transaction.one(mailbox::Entity::find_by_id(user.0).lock_exclusive()).await?;
    Ok(row.map(Mailbox::from))
}

async fn store(transaction: Executor<'_>, mailbox: Mailbox) -> Result<(), SqlError> {
    let update = mailbox::Entity::update_many()
        .col_expr(mailbox::Column::Revision, Expr::value(mailbox.revision))
        .col_expr(mailbox::Column::Unread, Expr::value(mailbox.unread))
        .filter(mailbox::Column::UserId.eq(mailbox.user.0));
    transaction.execute(update.as_query()).await?;
    Ok(())
}

/// An update of present notifications, at the mailbox's next revision.
fn change_of(next: Mailbox, at: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::Revision, Expr::value(next.revision))
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::UserId.eq(next.user.0))
        .filter(Column::DeletedAt.is_null())
}

async fn mark_read(
    transaction: Executor<'_>,
    next: Mailbox,
    selection: Selection,
    at: DateTime<Utc>,
) -> Result<Effect, SqlError> {
    let unread = || {
        change_of(next, at)
            .col_expr(Column::ReadAt, Expr::value(at))
            .filter(Column::ReadAt.is_null())
    };
    let updates = match selection {
        Selection::All => vec![unread()],
        Selection::Ids(ids) => ids
            .chunks(MAX_VALUES)
            .map(|chunk| unread().filter(Column::Id.is_in(chunk.iter().map(|id| id.0))))
            .collect(),
    };
    let mut changed = 0;
    for update in updates {
        changed += transaction.execute(update.as_query()).await?;
    }
    Ok(Effect { changed, raises_revision: changed > 0, more_unread: -changed.cast_signed() })
}

/// The notification cannot change meanwhile: every change of it locks the mailbox.
async fn edit(
    transaction: Executor<'_>,
    next: Mailbox,
    id: NotificationId,
    edit: NotificationEdit,
    at: DateTime<Utc>,
) -> Result<Effect, SqlError> {
    let Some(before) = read::find(transaction, next.user, id).await? else {
        return Ok(Effect::default());
    };
    let after = before.edited(edit, at);
    if after == before {
        return Ok(Effect::default());
    }
    let raises_revision = after.is_read() != before.is_read();
    let mut update = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(after.read_at))
        .col_expr(Column::IsCompleted, Expr::value(after.is_completed))
        .col_expr(Column::UpdatedAt, Expr::value(after.updated_at))
        .filter(Column::Id.eq(id.0));
    if raises_revision {
        update = update.col_expr(Column::Revision, Expr::value(next.revision));
    }
    transaction.execute(update.as_query()).await?;
    Ok(Effect {
        changed: 1,
        raises_revision,
        more_unread: i64::from(before.is_read()) - i64::from(after.is_read()),
    })
}

async fn delete(
    transaction: Executor<'_>,
    next: Mailbox,
    id: NotificationId,
    at: DateTime<Utc>,
) -> Result<Effect, SqlError> {
    let erase = change_of(next, at)
        .col_expr(Column::DeletedAt, Expr::value(at))
        .col_expr(Column::Title, Expr::value(""))
        .col_expr(Column::Message, Expr::value(""))
        .col_expr(Column::Url, Expr::value(None::<String>))
        .col_expr(Column::DueDate, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::TaskId, Expr::value(None::<i64>))
        .col_expr(Column::Priority, Expr::value(None::<String>))
        .col_expr(Column::CommentText, Expr::value(None::<String>))
        .col_expr(Column::MentionedBy, Expr::value(None::<i64>))
        .col_expr(Column::MetaInfo, Expr::value(None::<String>))
        .filter(Column::Id.eq(id.0));
    let erase = erase.into_query().returning_col(Column::ReadAt).take();
    let erased: Vec<(Option<DateTime<Utc>>,)> = transaction.rows(&erase).await?;
    let was_unread = erased.iter().any(|(read_at,)| read_at.is_none());
    Ok(Effect {
        changed: erased.len() as u64,
        raises_revision: !erased.is_empty(),
        more_unread: -i64::from(was_unread),
    })
}
