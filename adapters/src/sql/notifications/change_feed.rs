//! What the log gained, whoever wrote it: by a watermark that no late commit slips under.

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{MailboxChanges, Watermark};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, FromQueryResult,
    QueryResult, QuerySelect, Statement,
};

use crate::sql::backend::Pool;
use crate::sql::backend::error::failure;
use crate::sql::backend::long_transaction::LongTransaction;
use crate::sql::entity::mailbox;
use crate::sql::entity::notification::{Column, Entity};

/// What was gained since the watermark; without one, nothing yet and the watermark to begin with.
pub(in crate::sql) async fn since(
    readers: &Pool,
    long_transaction: &LongTransaction,
    watermark: Option<Watermark>,
) -> Result<MailboxChanges, Failure> {
    match (readers.get_database_backend(), watermark) {
        (DatabaseBackend::Postgres, Some(watermark)) => {
            by_transaction(readers, long_transaction, watermark).await
        }
        (DatabaseBackend::Postgres, None) => oldest_transaction(readers).await,
        (_, Some(watermark)) => by_id(readers, watermark).await,
        (_, None) => newest_id(readers).await,
    }
}

#[derive(FromQueryResult)]
struct Growth {
    user_id: i64,
    head: i64,
    newest: i64,
}

/// `SQLite`: writers come one after the other and ids only grow, so that a greater id is a later
/// commit.
async fn by_id(readers: &Pool, since: Watermark) -> Result<MailboxChanges, Failure> {
    // A query of its own, or the whole log would be read in the order of the groups.
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
    let rows = readers.query_all(&by_user).await.map_err(failure)?;
    let growths: Vec<Growth> = rows
        .iter()
        .map(|row| Growth::from_query_result(row, ""))
        .collect::<Result<_, _>>()
        .map_err(failure)?;
    let newest = growths.iter().map(|growth| growth.newest).max();
    Ok(MailboxChanges {
        heads: growths
            .into_iter()
            .map(|growth| (UserId(growth.user_id), growth.head))
            .collect(),
        watermark: newest.map_or(since, Watermark),
    })
}

async fn newest_id(readers: &Pool) -> Result<MailboxChanges, Failure> {
    let newest: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "newest")
        .into_tuple()
        .one(readers)
        .await
        .map_err(failure)?;
    Ok(MailboxChanges {
        heads: Vec::new(),
        watermark: Watermark(newest.flatten().unwrap_or(0)),
    })
}

/// PostgreSQL: ids are given before the commit, and the commits come in any order. But every row
/// names its transaction, and a transaction that this look cannot see yet is none of those before
/// the oldest that was still open, which is where the next look begins. One statement, so one
/// moment; rows from beyond it come from a restored dump and are not of this numbering. The head
/// is the mailbox's own, since what is told again may not be its newest.
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
    readers: &Pool,
    standstill: &LongTransaction,
    since: Watermark,
) -> Result<MailboxChanges, Failure> {
    let backend = DatabaseBackend::Postgres;
    let gained = Statement::from_sql_and_values(backend, GAINED, [since.0.into()]);
    let rows = readers.query_all_raw(gained).await.map_err(failure)?;
    let first = rows.first().ok_or_else(no_snapshot)?;
    let (oldest, next) = transactions(first).map_err(failure)?;
    standstill.seen((oldest < next).then_some(oldest));
    let heads = if oldest < since.0 {
        everybody(readers).await?
    } else {
        let heads: Result<Vec<_>, DbErr> = rows
            .iter()
            .filter_map(|row| head(row).transpose())
            .collect();
        heads.map_err(failure)?
    };
    Ok(MailboxChanges {
        heads,
        watermark: Watermark(oldest),
    })
}

/// The oldest open transaction never becomes an older one, unless the database has lost its newest
/// numbers, in a crash or because a standby took its place: they are given out again, and nothing
/// tells who gained by those that were. So all heads are told, once: a row a user, however long the
/// log.
async fn everybody(readers: &Pool) -> Result<Vec<(UserId, i64)>, Failure> {
    let rows: Vec<(i64, i64)> = mailbox::Entity::find()
        .select_only()
        .columns([mailbox::Column::UserId, mailbox::Column::Head])
        .into_tuple()
        .all(readers)
        .await
        .map_err(failure)?;
    let heads = rows.into_iter();
    Ok(heads.map(|(user, head)| (UserId(user), head)).collect())
}

/// The oldest transaction that is open and the next one to come, which are the same where none is.
fn transactions(row: &QueryResult) -> Result<(i64, i64), DbErr> {
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// The mailbox of a row; where nothing was gained there is none.
fn head(row: &QueryResult) -> Result<Option<(UserId, i64)>, DbErr> {
    let user: Option<i64> = row.try_get_by_index(2)?;
    let head: Option<i64> = row.try_get_by_index(3)?;
    Ok(user.map(UserId).zip(head))
}

async fn oldest_transaction(readers: &Pool) -> Result<MailboxChanges, Failure> {
    let oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let oldest = Statement::from_string(DatabaseBackend::Postgres, oldest);
    let row = readers.query_one_raw(oldest).await.map_err(failure)?;
    let row = row.ok_or_else(no_snapshot)?;
    Ok(MailboxChanges {
        heads: Vec::new(),
        watermark: Watermark(row.try_get_by_index(0).map_err(failure)?),
    })
}

fn no_snapshot() -> Failure {
    Failure::Internal("a snapshot has no beginning".to_owned())
}
