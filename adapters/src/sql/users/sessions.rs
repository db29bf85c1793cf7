//! Logins.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::Session;
use leopard_core::domain::change::SessionChange;
use leopard_core::domain::id::SessionId;
use leopard_core::port::SessionRepository;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::sql::backend::error::failure;
use crate::sql::commit::writer::Write;
use crate::sql::entity::session::{ActiveModel, Column, Entity};
use crate::sql::store::CHUNK;
use crate::sql::store::SqlStore;
use crate::sql::users::repository as users;

#[async_trait]
impl SessionRepository for SqlStore {
    async fn find_many(&self, ids: Vec<SessionId>) -> Result<Vec<Session>, Failure> {
        let mut sessions = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.0.as_str())))
                .all(&self.connections.lookups)
                .await
                .map_err(failure)?;
            sessions.extend(rows.into_iter().map(Session::from));
        }
        Ok(sessions)
    }

    async fn commit(&self, change: SessionChange) -> Result<(), Failure> {
        self.connections.writer.commit(change).await
    }

    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure> {
        let delete = DeleteEnded { before, limit };
        self.connections.writer.commit(delete).await
    }
}

#[async_trait]
impl Write for SessionChange {
    type Stored = ();

    async fn write(self, transaction: &DatabaseTransaction) -> Result<(), Failure> {
        match self {
            Self::Open {
                login,
                tokens_valid_from,
            } => {
                users::lock_unchanged(transaction, login.user, tokens_valid_from).await?;
                let row = ActiveModel::from(login);
                row.insert(transaction).await.map_err(failure)?;
            }
            Self::Rotate {
                session,
                spent,
                next,
                expires_at,
                at,
            } => {
                let rotated = Entity::update_many()
                    .col_expr(Column::Refresh, Expr::value(next.0))
                    .col_expr(Column::PreviousRefresh, Expr::value(spent.0.as_str()))
                    .col_expr(Column::SpentAt, Expr::value(at))
                    .col_expr(Column::ExpiresAt, Expr::value(expires_at))
                    .filter(Column::Id.eq(session.0))
                    .filter(Column::Refresh.eq(spent.0))
                    .filter(Column::RevokedAt.is_null())
                    .exec(transaction)
                    .await
                    .map_err(failure)?;
                if rotated.rows_affected == 0 {
                    return Err(Failure::Conflict);
                }
            }
            Self::Revoke { session, at } => {
                revoke(transaction, Column::Id.eq(session.0), at).await?;
            }
        }
        Ok(())
    }
}

/// Ends those of these logins that have not ended yet.
pub(in crate::sql) async fn revoke(
    transaction: &DatabaseTransaction,
    which: Expr,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(which)
        .filter(Column::RevokedAt.is_null())
        .exec(transaction)
        .await
        .map_err(failure)?;
    Ok(())
}

/// A batch of sessions that ended by then is deleted.
#[derive(Clone)]
struct DeleteEnded {
    before: DateTime<Utc>,
    limit: u32,
}

#[async_trait]
impl Write for DeleteEnded {
    type Stored = u64;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<u64, Failure> {
        let ended = Expr::col(Column::ExpiresAt)
            .lte(self.before)
            .or(Expr::col(Column::RevokedAt).lte(self.before));
        // In the order of their ids, so that two nodes that delete the same ones do not deadlock.
        let batch = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(ended)
            .order_by(Column::Id, Order::Asc)
            .limit(self.limit.into())
            .take();
        let deleted = Entity::delete_many()
            .filter(Column::Id.in_subquery(batch))
            .exec(transaction)
            .await
            .map_err(failure)?;
        Ok(deleted.rows_affected)
    }
}
