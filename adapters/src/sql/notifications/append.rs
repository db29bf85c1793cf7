//! Appends notifications to mailboxes, for every change that notifies users.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::AppendNotifications;
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{MetaInfo, NewNotification, Notification};
use sea_orm::sea_query::{
    Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement, SqliteQueryBuilder,
};
use sea_orm::{DbBackend, Statement, Value};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Backend, Executor, chunks_of};
use crate::sql::commit::Change;
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{ActiveModel, Column};
use crate::sql::idempotency::KeyedChange;

#[async_trait]
impl Change for AppendNotifications {
    type Stored = Vec<Notification>;

    async fn write(self, transaction: Executor<'_>) -> Result<Vec<Notification>, SqlError> {
        append(transaction, self.notifications).await
    }

    fn mailboxes(&self) -> Vec<UserId> {
        recipients(&self.notifications)
    }
}

impl KeyedChange for AppendNotifications {}

/// Appends the notifications in order and returns them in the same order.
pub(in crate::sql) async fn append(
    transaction: Executor<'_>,
    new: Vec<NewNotification<MetaInfo>>,
) -> Result<Vec<Notification>, SqlError> {
    let positions = Positions::of(&recipients(&new));
    let heads = raise_all(transaction, positions.growth).await?;
    let mut sequences = Vec::with_capacity(new.len());
    for (notification, later) in new.iter().zip(positions.later) {
        let recipient = notification.recipient;
        let head = heads.get(&recipient.0).ok_or_else(|| {
            Failure::Internal(format!("the mailbox of user {recipient} was not raised"))
        })?;
        sequences.push(head - later);
    }
    let rows = new.iter().zip(&sequences);
    let rows = rows.map(|(new, sequence)| ActiveModel::of_new(new.clone(), *sequence));
    let ids = transaction.insert_returning_ids(rows.collect(), Column::Id).await?;
    if ids.len() != new.len() {
        return Err(Failure::Internal("notifications were not returned".to_owned()).into());
    }
    let stored = new.into_iter().zip(ids).zip(sequences);
    let stored =
        stored.map(|((new, id), sequence)| new.into_notification(NotificationId(id), sequence));
    Ok(stored.collect())
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
    transaction: Executor<'_>,
    growth: Vec<(UserId, i64)>,
) -> Result<HashMap<i64, i64>, SqlError> {
    let mut heads = HashMap::with_capacity(growth.len());
    for chunk in chunks_of(growth, transaction.rows_per_insert()) {
        let raised: Vec<(i64, i64)> = match (transaction.backend()?, chunk.as_slice()) {
            (Backend::Sqlite, [(user, count)]) => raise_one(transaction, *user, *count).await?,
            // `RETURNING` needs a journal of the statement, which costs more than another statement.
            (Backend::Sqlite, _) => {
                transaction.execute(&raise(&chunk)).await?;
                transaction.rows(&heads_of(&chunk)).await?
            }
            (Backend::Postgres, _) => {
                let mut raise = raise(&chunk);
                raise.returning(Query::returning().columns(HEAD));
                transaction.rows(&raise).await?
            }
        };
        heads.extend(raised);
    }
    Ok(heads)
}

/// Raises one mailbox, as most changes do, by statements whose texts are built once: that takes as long as
/// running them.
async fn raise_one(
    transaction: Executor<'_>,
    user: UserId,
    count: i64,
) -> Result<Vec<(i64, i64)>, SqlError> {
    static RAISE: LazyLock<String> =
        LazyLock::new(|| raise(&[(UserId(0), 0)]).build(SqliteQueryBuilder).0);
    static HEAD_OF: LazyLock<String> =
        LazyLock::new(|| heads_of(&[(UserId(0), 0)]).build(SqliteQueryBuilder).0);
    let statement = |sql: &str, values: Vec<Value>| {
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    };
    let user = Value::from(user.0);
    let raised = vec![user.clone(), count.into(), 0_i64.into(), count.into()];
    transaction.execute_raw(statement(&RAISE, raised)).await?;
    transaction.rows_raw(statement(&HEAD_OF, vec![user])).await
}

/// A user, and the head of the mailbox.
const HEAD: [mailbox::Column; 2] = [mailbox::Column::UserId, mailbox::Column::Head];

fn heads_of(growth: &[(UserId, i64)]) -> SelectStatement {
    let users = growth.iter().map(|(user, _)| user.0);
    Query::select()
        .columns(HEAD)
        .from(mailbox::Entity)
        .and_where(Expr::col(mailbox::Column::UserId).is_in(users))
        .take()
}

/// Raises head and unread count of these mailboxes.
fn raise(growth: &[(UserId, i64)]) -> InsertStatement {
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
        .to_owned();
    for (user, count) in growth {
        upsert.values_panic([user.0.into(), (*count).into(), 0_i64.into(), (*count).into()]);
    }
    upsert
}
