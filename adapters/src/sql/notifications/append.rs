//! Appending to mailboxes, for all changes that tell somebody something.

use std::collections::{BTreeMap, HashMap};

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{MetaInfo, NewNotification, Notification};
use sea_orm::sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use crate::sql::backend::error::failure;
use crate::sql::commit::chunks::chunks_of;
use crate::sql::entity::{mailbox, notification};

/// Appends these in their order and answers them in the same.
pub(in crate::sql) async fn append(
    transaction: &DatabaseTransaction,
    new: Vec<NewNotification<MetaInfo>>,
) -> Result<Vec<Notification>, Failure> {
    let places = Places::of(&all_of(&new));
    let heads = raise_all(transaction, &places.growth).await?;
    let mut rows = Vec::with_capacity(new.len());
    for (notification, later) in new.into_iter().zip(places.later) {
        let recipient = notification.recipient;
        let head = heads.get(&recipient.0).ok_or_else(|| {
            Failure::Internal(format!("the mailbox of user {recipient} was not raised"))
        })?;
        rows.push(notification::ActiveModel::of_new(
            notification,
            head - later,
        ));
    }
    insert(transaction, rows).await
}

/// Whose mailboxes these go to.
pub(in crate::sql) fn all_of<S>(new: &[NewNotification<S>]) -> Vec<UserId> {
    new.iter()
        .map(|notification| notification.recipient)
        .collect()
}

/// Where new notifications come to stand.
pub(in crate::sql) struct Places {
    /// How many each mailbox gains, in the order of users: so no two changes that lock the rows
    /// wait for each other.
    pub(in crate::sql) growth: Vec<(UserId, i64)>,
    /// For each notification, how many of the others come after it in its mailbox.
    pub(in crate::sql) later: Vec<i64>,
}

impl Places {
    /// The places of what these are told, which is appended in their order.
    pub(in crate::sql) fn of(recipients: &[UserId]) -> Self {
        let mut growth: BTreeMap<UserId, i64> = BTreeMap::new();
        let mut later = Vec::with_capacity(recipients.len());
        for recipient in recipients.iter().rev() {
            let count = growth.entry(*recipient).or_default();
            later.push(*count);
            *count += 1;
        }
        later.reverse();
        Self {
            growth: growth.into_iter().collect(),
            later,
        }
    }
}

/// Raises the mailboxes by what they gain and answers their heads.
async fn raise_all(
    transaction: &DatabaseTransaction,
    growth: &[(UserId, i64)],
) -> Result<HashMap<i64, i64>, Failure> {
    let mut heads = HashMap::with_capacity(growth.len());
    for chunk in chunks_of(growth) {
        let rows = transaction.query_all(&raise(chunk)).await;
        for row in rows.map_err(failure)? {
            let (user, head) = row.try_get_many_by_index().map_err(failure)?;
            heads.insert(user, head);
        }
    }
    Ok(heads)
}

/// Raises head and unread count of these mailboxes and answers user and head.
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

/// Inserts the rows and answers what they have become, in their order.
async fn insert(
    transaction: &DatabaseTransaction,
    rows: Vec<notification::ActiveModel>,
) -> Result<Vec<Notification>, Failure> {
    let mut stored = Vec::with_capacity(rows.len());
    for chunk in chunks_of(&rows) {
        let inserted = notification::Entity::insert_many(chunk.to_vec())
            .exec_with_returning(transaction)
            .await
            .map_err(failure)?;
        stored.extend(inserted);
    }
    // No database promises to answer rows in the order given, but ids are given in it.
    stored.sort_unstable_by_key(|row| row.id);
    stored.into_iter().map(Notification::try_from).collect()
}
