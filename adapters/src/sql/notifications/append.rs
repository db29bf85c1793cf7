//! Appends notifications to mailboxes, for every change that notifies users.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::AppendNotifications;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{MetaInfo, NewNotification, Notification};
use sea_orm::sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait};

use crate::sql::backend::error::SqlError;
use crate::sql::commit::{Change, chunks_of};
use crate::sql::entity::{mailbox, notification};

#[async_trait]
impl Change for AppendNotifications {
    type Stored = Vec<Notification>;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<Vec<Notification>, SqlError> {
        append(transaction, self.notifications).await
    }

    fn mailboxes(&self) -> Vec<UserId> {
        recipients(&self.notifications)
    }
}

/// Appends the notifications in order and returns them in the same order.
pub(in crate::sql) async fn append(
    transaction: &DatabaseTransaction,
    new: Vec<NewNotification<MetaInfo>>,
) -> Result<Vec<Notification>, SqlError> {
    let positions = Positions::of(&recipients(&new));
    let heads = raise_all(transaction, &positions.growth).await?;
    let mut rows = Vec::with_capacity(new.len());
    for (notification, later) in new.into_iter().zip(positions.later) {
        let recipient = notification.recipient;
        let head = heads.get(&recipient.0).ok_or_else(|| {
            Failure::Internal(format!("the mailbox of user {recipient} was not raised"))
        })?;
        let sequence = head - later;
        rows.push(notification::ActiveModel::of_new(notification, sequence));
    }
    insert(transaction, rows).await
}

/// The recipient of each notification.
pub(in crate::sql) fn recipients<S>(new: &[NewNotification<S>]) -> Vec<UserId> {
    let recipients = new.iter().map(|notification| notification.recipient);
    recipients.collect()
}

/// The positions of new notifications in their mailboxes.
pub(in crate::sql) struct Positions {
    /// How many notifications each mailbox gains, ordered by user, so that changes that lock the rows do
    /// not deadlock.
    pub(in crate::sql) growth: Vec<(UserId, i64)>,
    /// For each notification, how many of the others follow it in its mailbox.
    pub(in crate::sql) later: Vec<i64>,
}

impl Positions {
    /// The positions of notifications to these recipients, in order.
    pub(in crate::sql) fn of(recipients: &[UserId]) -> Self {
        let mut growth: BTreeMap<UserId, i64> = BTreeMap::new();
        let mut later = Vec::with_capacity(recipients.len());
        for recipient in recipients.iter().rev() {
            let count = growth.entry(*recipient).or_default();
            later.push(*count);
            *count += 1;
        }
        later.reverse();
        Self { growth: growth.into_iter().collect(), later }
    }
}

/// Raises the mailboxes and returns their new heads.
async fn raise_all(
    transaction: &DatabaseTransaction,
    growth: &[(UserId, i64)],
) -> Result<HashMap<i64, i64>, DbErr> {
    let mut heads = HashMap::with_capacity(growth.len());
    for chunk in chunks_of(growth) {
        for row in transaction.query_all(&raise(chunk)).await? {
            let (user, head) = row.try_get_many_by_index()?;
            heads.insert(user, head);
        }
    }
    Ok(heads)
}

/// Raises head and unread count of these mailboxes; returns user and head.
pub(in crate::sql) fn raise(growth: &[(UserId, i64)]) -> InsertStatement {
    use mailbox::Column::{Head, Revision, Unread, UserId};
    let raised = |column| Expr::col((mailbox::Entity, column)).add(Expr::col(("excluded", column)));
    let mut upsert = Query::insert()
        .into_table(mailbox::Entity)
        .columns([UserId, Head, Revision, Unread])
        .on_conflict(
            OnConflict::column(UserId)
                .value(Head, raised(Head))
                .value(Unread, raised(Unread))
                .to_owned(),
        )
        .returning(Query::returning().columns([UserId, Head]))
        .to_owned();
    for (user, count) in growth {
        upsert.values_panic([user.0.into(), (*count).into(), 0.into(), (*count).into()]);
    }
    upsert
}

/// Inserts the rows and returns them in the same order.
async fn insert(
    transaction: &DatabaseTransaction,
    rows: Vec<notification::ActiveModel>,
) -> Result<Vec<Notification>, SqlError> {
    let mut stored = Vec::with_capacity(rows.len());
    for chunk in chunks_of(&rows) {
        let insert = notification::Entity::insert_many(chunk.to_vec());
        stored.extend(insert.exec_with_returning(transaction).await?);
    }
    // Databases may return rows in any order, but assign ids in the order of insertion.
    stored.sort_unstable_by_key(|row| row.id);
    let stored = stored.into_iter().map(Notification::try_from);
    Ok(stored.collect::<Result<_, _>>()?)
}
