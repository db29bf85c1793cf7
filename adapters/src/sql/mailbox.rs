//! Appending to mailboxes, for all changes that tell somebody something.

use std::collections::{BTreeMap, HashMap};

use leopard_core::Failure;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::{NewNotification, Notification};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use super::entity::{mailbox, notification};
use super::failure::failure;
use super::portions::portions;

/// Appends these in their order and answers them in the same, each with the task that the same
/// change makes.
pub(super) async fn append(
    transaction: &DatabaseTransaction,
    new: Vec<(TaskId, NewNotification)>,
) -> Result<Vec<Notification>, Failure> {
    let mut gains: BTreeMap<UserId, i64> = BTreeMap::new();
    for (_, notification) in &new {
        *gains.entry(notification.recipient).or_default() += 1;
    }
    let mut next = first_sequences(transaction, gains).await?;
    let mut rows = Vec::with_capacity(new.len());
    for (task, notification) in new {
        let sequence = next.entry(notification.recipient).or_default();
        rows.push(notification::ActiveModel::of_new(
            notification,
            task,
            *sequence,
        ));
        *sequence += 1;
    }
    insert(transaction, rows).await
}

/// Raises the mailboxes by what they gain and answers the first sequence that each has gained.
/// The rows are locked in the order of users, so that no two changes wait for each other.
async fn first_sequences(
    transaction: &DatabaseTransaction,
    gains: BTreeMap<UserId, i64>,
) -> Result<HashMap<UserId, i64>, Failure> {
    let gains: Vec<(UserId, i64)> = gains.into_iter().collect();
    let mut first = HashMap::with_capacity(gains.len());
    for portion in portions(&gains) {
        let heads = raise(transaction, portion).await?;
        for (user, gain) in portion {
            let head = heads.get(&user.0).ok_or_else(|| {
                Failure::Internal(format!("the mailbox of user {user} was not raised"))
            })?;
            first.insert(*user, head - gain + 1);
        }
    }
    Ok(first)
}

/// Raises head and unread count of these mailboxes and answers the heads.
async fn raise(
    transaction: &DatabaseTransaction,
    gains: &[(UserId, i64)],
) -> Result<HashMap<i64, i64>, Failure> {
    use mailbox::Column::{Head, State, Unread, UserId};
    let raised = |column| Expr::col((mailbox::Entity, column)).add(Expr::col(("excluded", column)));
    let mut upsert = Query::insert()
        .into_table(mailbox::Entity)
        .columns([UserId, Head, State, Unread])
        .on_conflict(
            OnConflict::column(UserId)
                .value(Head, raised(Head))
                .value(Unread, raised(Unread))
                .to_owned(),
        )
        .returning(Query::returning().columns([UserId, Head]))
        .to_owned();
    for (user, gain) in gains {
        upsert.values_panic([user.0.into(), (*gain).into(), 0.into(), (*gain).into()]);
    }
    let rows = transaction.query_all(&upsert).await.map_err(failure)?;
    rows.into_iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect::<Result<_, _>>()
        .map_err(failure)
}

/// Inserts the rows and answers what they have become, in their order.
async fn insert(
    transaction: &DatabaseTransaction,
    rows: Vec<notification::ActiveModel>,
) -> Result<Vec<Notification>, Failure> {
    let mut stored = Vec::with_capacity(rows.len());
    for portion in portions(&rows) {
        let inserted = notification::Entity::insert_many(portion.to_vec())
            .exec_with_returning(transaction)
            .await
            .map_err(failure)?;
        stored.extend(inserted);
    }
    // No database promises to answer rows in the order given, but ids are given in it.
    stored.sort_unstable_by_key(|row| row.id);
    stored.into_iter().map(Notification::try_from).collect()
}
