//! Requests that may come again, and changes that are stored once for each.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{
    Committed, CreatedIds, HasCreatedIds, IdempotencyKey, KeyScope, Keyed, StoredResult,
};
use leopard_core::port::IdempotencyRepository;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, Order, QueryFilter,
};

use crate::sql::backend::error::failure;
use crate::sql::commit::writer::Write;
use crate::sql::entity::idempotency_key::{ActiveModel, Column, Entity, Model, written};
use crate::sql::store::SqlStore;

#[async_trait]
impl IdempotencyRepository for SqlStore {
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure> {
        find(&self.connections.lookups, &scope).await
    }

    async fn purge(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure> {
        self.connections.writer.commit(Forget { until, most }).await
    }
}

#[async_trait]
impl<C> Write for Keyed<C>
where
    C: Write,
    C::Stored: HasCreatedIds,
{
    type Stored = Committed<C::Stored>;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<Self::Stored, Failure> {
        let Self { key, change } = self;
        if !claim(transaction, &key).await? {
            let created_ids = lookup(transaction, &key).await?;
            return Ok(Committed::Replayed(created_ids));
        }
        let stored = change.write(transaction).await?;
        keep(transaction, &key.scope, &stored.created_ids()).await?;
        Ok(Committed::Stored(stored))
    }

    fn mailboxes(&self) -> Vec<UserId> {
        self.change.mailboxes()
    }
}

/// Takes the key's row, which may be there if it has expired; whether it is this request's. Whoever
/// comes at the same time waits here until the first one has committed or given up.
async fn claim(transaction: &DatabaseTransaction, key: &IdempotencyKey) -> Result<bool, Failure> {
    let expired = Expr::col((Entity, Column::CreatedAt)).lte(key.expired_before());
    let replace = OnConflict::columns([Column::UserId, Column::Operation, Column::Name])
        .update_columns([Column::Fingerprint, Column::CreatedIds, Column::CreatedAt])
        .action_and_where(expired)
        .to_owned();
    let claimed = Entity::insert(ActiveModel::of_new(key))
        .on_conflict(replace)
        .exec_without_returning(transaction)
        .await
        .map_err(failure)?;
    Ok(claimed > 0)
}

/// What the request has made that holds the key's row.
async fn lookup(
    transaction: &DatabaseTransaction,
    key: &IdempotencyKey,
) -> Result<CreatedIds, Failure> {
    let known = find(transaction, &key.scope).await?;
    let created_ids = match known {
        Some(known) => key.lookup(known)?,
        None => None,
    };
    created_ids
        .ok_or_else(|| Failure::Unavailable("a key expired while it was looked at".to_owned()))
}

async fn keep(
    transaction: &DatabaseTransaction,
    scope: &KeyScope,
    created_ids: &CreatedIds,
) -> Result<(), Failure> {
    Entity::update_many()
        .col_expr(Column::CreatedIds, Expr::value(written(created_ids)))
        .filter(is_at(scope))
        .exec(transaction)
        .await
        .map_err(failure)?;
    Ok(())
}

async fn find<C: ConnectionTrait>(
    connection: &C,
    scope: &KeyScope,
) -> Result<Option<StoredResult>, Failure> {
    let row = Entity::find()
        .filter(is_at(scope))
        .one(connection)
        .await
        .map_err(failure)?;
    row.map(Model::into_stored_result).transpose()
}

fn is_at(scope: &KeyScope) -> Condition {
    Condition::all()
        .add(Column::UserId.eq(scope.user.0))
        .add(Column::Operation.eq(scope.operation.name()))
        .add(Column::Name.eq(scope.name.as_str()))
}

/// Old keys go, a portion of them.
#[derive(Clone)]
struct Forget {
    until: DateTime<Utc>,
    most: u32,
}

#[async_trait]
impl Write for Forget {
    type Stored = u64;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<u64, Failure> {
        let oldest = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::CreatedAt.lte(self.until))
            .order_by(Column::CreatedAt, Order::Asc)
            .limit(self.most.into())
            .take();
        let expired_before = Entity::delete_many()
            .filter(Column::Id.in_subquery(oldest))
            .exec(transaction)
            .await
            .map_err(failure)?;
        Ok(expired_before.rows_affected)
    }
}
