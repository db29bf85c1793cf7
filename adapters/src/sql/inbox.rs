//! Reading and deleting in a mailbox.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{InboxChange, InboxStored, InboxWrite, Selection};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::mailbox::Mailbox;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, UpdateMany,
};

use super::CHUNK;
use super::entity::mailbox;
use super::entity::notification::{Column, Entity};
use super::failure::failure;
use super::writer::Write;

#[async_trait]
impl Write for InboxChange {
    type Stored = InboxStored;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<InboxStored, Failure> {
        let Some(mailbox) = locked(transaction, self.user).await? else {
            let mailbox = Mailbox::empty(self.user);
            return Ok(InboxStored {
                mailbox,
                changed: 0,
            });
        };
        let next = Mailbox {
            state: mailbox.state + 1,
            ..mailbox
        };
        let effect = match self.write {
            InboxWrite::MarkRead(selection) => {
                mark_read(transaction, next, selection, self.at).await?
            }
            InboxWrite::Delete(id) => delete(transaction, next, id, self.at).await?,
        };
        if effect.changed == 0 {
            return Ok(InboxStored {
                mailbox,
                changed: 0,
            });
        }
        let mailbox = Mailbox {
            unread: mailbox.unread - effect.no_longer_unread,
            ..next
        };
        store(transaction, mailbox).await?;
        Ok(InboxStored {
            mailbox,
            changed: effect.changed,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        vec![self.user]
    }
}

/// How many rows changed, and how many of those were unread before.
struct Effect {
    changed: u64,
    no_longer_unread: i64,
}

/// The mailbox, which nobody else changes until the transaction ends.
async fn locked(
    transaction: &DatabaseTransaction,
    user: UserId,
) -> Result<Option<Mailbox>, Failure> {
    let row = mailbox::Entity::find_by_id(user.0)
        .lock_exclusive()
        .one(transaction)
        .await
        .map_err(failure)?;
    Ok(row.map(Mailbox::from))
}

async fn store(transaction: &DatabaseTransaction, mailbox: Mailbox) -> Result<(), Failure> {
    mailbox::Entity::update_many()
        .col_expr(mailbox::Column::State, Expr::value(mailbox.state))
        .col_expr(mailbox::Column::Unread, Expr::value(mailbox.unread))
        .filter(mailbox::Column::UserId.eq(mailbox.user.0))
        .exec(transaction)
        .await
        .map_err(failure)?;
    Ok(())
}

/// A change of what is in the mailbox and not deleted, at the mailbox's next state.
fn change_of(next: Mailbox, at: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(next.state))
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::UserId.eq(next.user.0))
        .filter(Column::DeletedAt.is_null())
}

async fn mark_read(
    transaction: &DatabaseTransaction,
    next: Mailbox,
    selection: Selection,
    at: DateTime<Utc>,
) -> Result<Effect, Failure> {
    let unread = || {
        change_of(next, at)
            .col_expr(Column::ReadAt, Expr::value(at))
            .filter(Column::ReadAt.is_null())
    };
    let updates = match selection {
        Selection::All => vec![unread()],
        Selection::Ids(ids) => ids
            .chunks(CHUNK)
            .map(|chunk| unread().filter(Column::Id.is_in(chunk.iter().map(|id| id.0))))
            .collect(),
    };
    let mut changed = 0;
    for update in updates {
        let done = update.exec(transaction).await.map_err(failure)?;
        changed += done.rows_affected;
    }
    Ok(Effect {
        changed,
        no_longer_unread: changed.cast_signed(),
    })
}

async fn delete(
    transaction: &DatabaseTransaction,
    next: Mailbox,
    id: NotificationId,
    at: DateTime<Utc>,
) -> Result<Effect, Failure> {
    let erased = change_of(next, at)
        .col_expr(Column::DeletedAt, Expr::value(at))
        .col_expr(Column::Title, Expr::value(""))
        .col_expr(Column::Message, Expr::value(""))
        .col_expr(Column::DueDate, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::TaskId, Expr::value(None::<i64>))
        .col_expr(Column::Priority, Expr::value(None::<String>))
        .col_expr(Column::CommentText, Expr::value(None::<String>))
        .col_expr(Column::MentionedBy, Expr::value(None::<i64>))
        .filter(Column::Id.eq(id.0))
        .exec_with_returning(transaction)
        .await
        .map_err(failure)?;
    let was_unread = erased.iter().any(|row| row.read_at.is_none());
    Ok(Effect {
        changed: erased.len() as u64,
        no_longer_unread: i64::from(was_unread),
    })
}
