//! The change feed: which mailboxes grew, on any node, after a watermark that no late commit passes
//! unseen.

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{MailboxChanges, Watermark};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait as _, DatabaseBackend, Statement};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::long_transaction::LongTransaction;
use crate::sql::backend::{Backend, Executor, Pool};
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
    let grown = async |lookups: Executor<'_>| lookups.rows(&by_user).await;
    let grown: Vec<(i64, i64, i64)> = lookups.look_up(grown).await?;
    let newest = grown.iter().map(|(_, _, newest)| *newest).max();
    Ok(MailboxChanges {
        heads: grown.into_iter().map(|(user, head, _)| (UserId(user), head)).collect(),
        watermark: newest.map_or(since, Watermark),
    })
}

async fn newest_id(lookups: &Pool) -> Result<MailboxChanges, SqlError> {
    let newest = Query::select().expr(Expr::col(Column::Id).max()).from(Entity).take();
    let newest = async |lookups: Executor<'_>| lookups.rows(&newest).await;
    let newest: Vec<(Option<i64>,)> = lookups.look_up(newest).await?;
    let newest = newest.first().and_then(|(newest,)| *newest).unwrap_or(0);
    Ok(MailboxChanges { heads: Vec::new(), watermark: Watermark(newest) })
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
    let gained = async |lookups: Executor<'_>| lookups.rows_raw(gained).await;
    let rows: Vec<(i64, i64, Option<i64>, Option<i64>)> = lookups.look_up(gained).await?;
    // Equal if none is open.
    let (oldest, next, ..) = *rows.first().ok_or_else(no_snapshot)?;
    long_transaction.seen((oldest < next).then_some(oldest));
    let heads = if oldest < since.0 {
        all_heads(lookups).await?
    } else {
        // Without growth the only row has no mailbox.
        let heads = rows.into_iter().filter_map(|(.., user, head)| user.map(UserId).zip(head));
        heads.collect()
    };
    Ok(MailboxChanges { heads, watermark: Watermark(oldest) })
}

/// The oldest open transaction id never decreases, unless the database lost its newest transactions in a
/// crash or a failover and assigns their ids again. Which mailboxes grew in them is unknown, so this
/// returns the heads of all mailboxes: one row per user.
async fn all_heads(lookups: &Pool) -> Result<Vec<(UserId, i64)>, SqlError> {
    let heads = Query::select()
        .columns([mailbox::Column::UserId, mailbox::Column::Head])
        .from(mailbox::Entity)
        .take();
    let heads = async |lookups: Executor<'_>| lookups.rows(&heads).await;
    let heads: Vec<(i64, i64)> = lookups.look_up(heads).await?;
    let heads = heads.into_iter();
    Ok(heads.map(|(user, head)| (UserId(user), head)).collect())
}

async fn oldest_transaction(lookups: &Pool) -> Result<MailboxChanges, SqlError> {
    let oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let oldest = Statement::from_string(DatabaseBackend::Postgres, oldest);
    let oldest = async |lookups: Executor<'_>| lookups.row_raw(oldest).await;
    let (oldest,): (i64,) = lookups.look_up(oldest).await?.ok_or_else(no_snapshot)?;
    Ok(MailboxChanges { heads: Vec::new(), watermark: Watermark(oldest) })
}

fn no_snapshot() -> Failure {
    Failure::Internal("PostgreSQL returned no snapshot".to_owned())
}
