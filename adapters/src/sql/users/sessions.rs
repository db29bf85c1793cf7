//! Sessions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::Session;
use leopard_core::domain::change::SessionChange;
use leopard_core::domain::id::SessionId;
use leopard_core::port::SessionRepository;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use super::locks::lock_unchanged;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Executor, MAX_VALUES};
use crate::sql::commit::Change;
use crate::sql::entity::session::{ActiveModel, Column, Entity};
use crate::sql::store::SqlStore;

#[async_trait]
impl SessionRepository for SqlStore {
    async fn find_many(&self, mut ids: Vec<SessionId>) -> Result<Vec<Session>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let mut sessions = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(MAX_VALUES) {
            let is_wanted = Column::Id.is_in(chunk.iter().map(|id| id.0.as_str()));
            let find =
                async |lookups: Executor<'_>| lookups.all(Entity::find().filter(is_wanted)).await;
            let rows = self.lookups.look_up(find).await?;
            sessions.extend(rows.into_iter().map(Session::from));
        }
        Ok(sessions)
    }

    async fn commit(&self, change: SessionChange) -> Result<(), Failure> {
        self.writer.commit(change).await
    }

    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure> {
        let delete = DeleteEnded { before, limit };
        self.writer.commit(delete).await
    }
}

#[async_trait]
impl Change for SessionChange {
    type Stored = ();

    async fn write(self, transaction: Executor<'_>) -> Result<(), SqlError> {
        match self {
            Self::Open { session, tokens_valid_from } => {
                lock_unchanged(transaction, session.user, tokens_valid_from).await?;
                transaction.insert_all(vec![ActiveModel::from(session)]).await?;
            }
            Self::Rotate { session, spent, next, expires_at, at } => {
                let rotate = Entity::update_many()
                    .col_expr(Column::Refresh, Expr::value(next.0))
                    .col_expr(Column::PreviousRefresh, Expr::value(spent.0.as_str()))
                    .col_expr(Column::SpentAt, Expr::value(at))
                    .col_expr(Column::ExpiresAt, Expr::value(expires_at))
                    .filter(Column::Id.eq(session.0))
                    .filter(Column::Refresh.eq(spent.0))
                    .filter(Column::RevokedAt.is_null());
                if transaction.execute(rotate.as_query()).await? == 0 {
                    return Err(Failure::Conflict.into());
                }
            }
            Self::Revoke { session, at } => {
                revoke(transaction, Column::Id.eq(session.0), at).await?;
            }
        }
        Ok(())
    }
}

/// Revokes those of the sessions that are not revoked yet.
pub(super) async fn revoke(
    transaction: Executor<'_>,
    which: Expr,
    at: DateTime<Utc>,
) -> Result<(), SqlError> {
    let revoke = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(which)
        .filter(Column::RevokedAt.is_null());
    transaction.execute(revoke.as_query()).await?;
    Ok(())
}

/// Deletes a batch of sessions that had ended at a time.
#[derive(Clone)]
struct DeleteEnded {
    before: DateTime<Utc>,
    limit: u32,
}

#[async_trait]
impl Change for DeleteEnded {
    type Stored = u64;

    async fn write(self, transaction: Executor<'_>) -> Result<u64, SqlError> {
        let ended = Expr::col(Column::ExpiresAt)
            .lte(self.before)
            .or(Expr::col(Column::RevokedAt).lte(self.before));
        // By id, so that two nodes that delete the same sessions do not deadlock.
        let batch = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(ended)
            .order_by(Column::Id, Order::Asc)
            .limit(self.limit.into())
            .take();
        let delete = Entity::delete_many().filter(Column::Id.in_subquery(batch));
        transaction.execute(delete.as_query()).await
    }
}
