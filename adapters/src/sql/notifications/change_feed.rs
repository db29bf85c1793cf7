//! The change feed: which mailboxes grew, on any node, after a watermark that no late commit passes
//! unseen.

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{MailboxChanges, Watermark};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, FromQueryResult,
    QueryResult, QuerySelect, Statement,
};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::long_transaction::LongTransaction;
use crate::sql::backend::{Backend, Pool};
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{Column, Entity};

/// The mailboxes that grew since the watermark; without a watermark, none and the first watermark.
pub(super) async fn since(
    lookups: &Pool,
    long_transaction: &LongTransaction,
    watermark: Option<Watermark>,
) -> Result<MailboxChanges, SqlError> {
    match (lookups.backend(), watermark) {
        (Backend::Postgres, Some(watermark)) => {
            by_transaction(lookups, long_transaction, watermark).await
        }
        (Backend::Postgres, None) => oldest_transaction(lookups).await,
        (Backend::Sqlite, Some(watermark)) => by_id(lookups, watermark).await,
        (Backend::Sqlite, None) => newest_id(lookups).await,
    }
}

#[derive(FromQueryResult)]
struct Growth {
    user_id: i64,
    head: i64,
    newest: i64,
}

/// `SQLite`: writes are serialized and ids only grow, so a greater id means a later commit.
async fn by_id(lookups: &Pool, since: Watermark) -> Result<MailboxChanges, SqlError> {
    // As a subquery: otherwise SQLite would scan the whole log in group order.
    let later = Query::select()
        .columns([Column::Id, Column::UserId, Column::Sequence])
        .from(Entity)
        .and_where(Column::Id.gt(since.0))
        .order_by(Column::Id, Order::Asc)
        .limit(i64::MAX.unsigned_abs())
        .take();
    let by_user = Query::select()
        .column(Column::UserId)
        .expr_as(Expr::col(Column::Sequence).max(), "head")
        .expr_as(Expr::col(Column::Id).max(), "newest")
        .from_subquery(later, "later")
        .group_by_col(Column::UserId)
        .take();
    let rows = lookups.query_all(&by_user).await?;
    let growths = rows.iter().map(|row| Growth::from_query_result(row, ""));
    let growths: Vec<Growth> = growths.collect::<Result<_, _>>()?;
    let newest = growths.iter().map(|growth| growth.newest).max();
    Ok(MailboxChanges {
        heads: growths.into_iter().map(|growth| (UserId(growth.user_id), growth.head)).collect(),
        watermark: newest.map_or(since, Watermark),
    })
}

async fn newest_id(lookups: &Pool) -> Result<MailboxChanges, SqlError> {
    let newest: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "newest")
        .into_tuple()
        .one(lookups)
        .await?;
    Ok(MailboxChanges { heads: Vec::new(), watermark: Watermark(newest.flatten().unwrap_or(0)) })
}

/// PostgreSQL: ids are assigned before the commit, and commits may happen in any order. But every row
/// records its transaction id, and every transaction older than the oldest open one is visible, so the
/// next read starts at the oldest open one (`pg_snapshot_xmin`). One statement, so one snapshot. Rows with
/// later transaction ids come from a restored dump of another cluster and are ignored. The head is that of
/// the mailbox, since a row that is read again may not be its newest.
const GAINED: &str = "\
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, \
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint, grown.user_id, grown.head \
    FROM (SELECT 1) AS always LEFT JOIN ( \
        SELECT user_id, head FROM mailboxes WHERE user_id IN ( \
            SELECT user_id FROM notifications WHERE transaction_id >= $1 \
            AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())::text::bigint \
        ) \
    ) AS grown ON true";

async fn by_transaction(
    lookups: &Pool,
    long_transaction: &LongTransaction,
    since: Watermark,
) -> Result<MailboxChanges, SqlError> {
    let backend = DatabaseBackend::Postgres;
    let gained = Statement::from_sql_and_values(backend, GAINED, [since.0.into()]);
    let rows = lookups.query_all_raw(gained).await?;
    let first = rows.first().ok_or_else(no_snapshot)?;
    let (oldest, next) = transactions(first)?;
    long_transaction.seen((oldest < next).then_some(oldest));
    let heads = if oldest < since.0 {
        all_heads(lookups).await?
    } else {
        let heads: Result<Vec<_>, DbErr> =
            rows.iter().filter_map(|row| head(row).transpose()).collect();
        heads?
    };
    Ok(MailboxChanges { heads, watermark: Watermark(oldest) })
}

/// The oldest open transaction id never decreases, unless the database lost its newest transactions in a
/// crash or a failover and assigns their ids again. Which mailboxes grew in them is unknown, so this
/// returns the heads of all mailboxes: one row per user.
async fn all_heads(lookups: &Pool) -> Result<Vec<(UserId, i64)>, DbErr> {
    let rows: Vec<(i64, i64)> = mailbox::Entity::find()
        .select_only()
        .columns([mailbox::Column::UserId, mailbox::Column::Head])
        .into_tuple()
        .all(lookups)
        .await?;
    let heads = rows.into_iter();
    Ok(heads.map(|(user, head)| (UserId(user), head)).collect())
}

/// The oldest open transaction id and the next one to be assigned; equal if none is open.
fn transactions(row: &QueryResult) -> Result<(i64, i64), DbErr> {
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// The mailbox of a row; without growth the only row has none.
fn head(row: &QueryResult) -> Result<Option<(UserId, i64)>, DbErr> {
    let user: Option<i64> = row.try_get_by_index(2)?;
    let head: Option<i64> = row.try_get_by_index(3)?;
    Ok(user.map(UserId).zip(head))
}

async fn oldest_transaction(lookups: &Pool) -> Result<MailboxChanges, SqlError> {
    let oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let oldest = Statement::from_string(DatabaseBackend::Postgres, oldest);
    let row = lookups.query_one_raw(oldest).await?;
    let row = row.ok_or_else(no_snapshot)?;
    Ok(MailboxChanges { heads: Vec::new(), watermark: Watermark(row.try_get_by_index(0)?) })
}

fn no_snapshot() -> Failure {
    Failure::Internal("PostgreSQL returned no snapshot".to_owned())
}
