//! Idempotency keys: a change is stored together with its key, once per key.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{
    Committed, CreatedIds, IdempotencyKey, KeyScope, Outcome, StoredResult,
};
use leopard_core::port::IdempotencyRepository;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryTrait};

use super::backend::Executor;
use super::backend::error::SqlError;
use super::commit::{Change, SingleStatement};
use super::entity::idempotency_key::{ActiveModel, Column, Entity, Model, written};
use super::store::SqlStore;

#[async_trait]
impl IdempotencyRepository for SqlStore {
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure> {
        let find = async |lookups: Executor<'_>| find(lookups, &scope).await;
        Ok(self.lookups.look_up(find).await?)
    }

    async fn purge(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure> {
        self.writer.commit(DeleteExpired { until, most }).await
    }
}

impl SqlStore {
    /// Commits the change, once per key if there is one.
    pub(super) async fn commit_once<C: KeyedChange>(
        &self,
        change: C,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<C::Stored>, Failure>
    where
        for<'a> CreatedIds: From<&'a C::Stored>,
    {
        self.writer.commit(Once { key, change }).await
    }
}

/// A change that may have a key.
pub(super) trait KeyedChange: Change {
    /// Whether [`KeyedChange::keyed_statement`] exists.
    const HAS_KEYED_STATEMENT: bool = false;

    /// The PostgreSQL statement that writes all these changes with their keys, if the type has one. It is
    /// refused if one of the keys exists.
    fn keyed_statement(_: &[Once<Self>]) -> Result<Option<SingleStatement<Once<Self>>>, SqlError>
    where
        for<'a> CreatedIds: From<&'a Self::Stored>,
    {
        Ok(None)
    }
}

/// A change that is stored together with its key, once per key.
#[derive(Clone)]
pub(super) struct Once<C> {
    pub(super) key: Option<IdempotencyKey>,
    pub(super) change: C,
}

#[async_trait]
impl<C: KeyedChange> Change for Once<C>
where
    for<'a> CreatedIds: From<&'a C::Stored>,
{
    type Stored = Committed<C::Stored>;

    const IS_ONE_STATEMENT: bool = C::HAS_KEYED_STATEMENT;

    async fn write(self, transaction: Executor<'_>) -> Result<Self::Stored, SqlError> {
        let Self { key, change } = self;
        let Some(key) = key else {
            return change.write(transaction).await.map(Outcome::Created);
        };
        if !claim(transaction, &key).await? {
            let created_ids = lookup(transaction, &key).await?;
            return Ok(Outcome::Replayed(created_ids));
        }
        let stored = change.write(transaction).await?;
        keep(transaction, &key.scope, &CreatedIds::from(&stored)).await?;
        Ok(Outcome::Created(stored))
    }

    fn single_statement(changes: &[Self]) -> Result<Option<SingleStatement<Self>>, SqlError> {
        C::keyed_statement(changes)
    }

    fn mailboxes(&self) -> Vec<UserId> {
        self.change.mailboxes()
    }
}

/// Inserts the key, or takes over an expired one; returns whether the key now belongs to this request. A
/// concurrent request with the same key waits here until the first one has committed or rolled back.
async fn claim(transaction: Executor<'_>, key: &IdempotencyKey) -> Result<bool, SqlError> {
    let expired = Expr::col((Entity, Column::CreatedAt)).lte(key.expired_before());
    let replace = OnConflict::columns([Column::UserId, Column::Operation, Column::Name])
        .update_columns([Column::Fingerprint, Column::CreatedIds, Column::CreatedAt])
        .action_and_where(expired)
        .to_owned();
    let claim = Entity::insert(ActiveModel::of_new(key)).on_conflict(replace);
    Ok(transaction.execute(claim.as_query()).await? > 0)
}

/// What the request that holds the key has created.
async fn lookup(transaction: Executor<'_>, key: &IdempotencyKey) -> Result<CreatedIds, SqlError> {
    let known = find(transaction, &key.scope).await?;
    let created_ids = match known {
        Some(known) => key.lookup(known)?,
        None => None,
    };
    let expired = || Failure::Unavailable("a key expired while it was looked up".to_owned());
    Ok(created_ids.ok_or_else(expired)?)
}

async fn keep(
    transaction: Executor<'_>,
    scope: &KeyScope,
    created_ids: &CreatedIds,
) -> Result<(), SqlError> {
    let update = Entity::update_many()
        .col_expr(Column::CreatedIds, Expr::value(written(created_ids)))
        .filter(is_at(scope));
    transaction.execute(update.as_query()).await?;
    Ok(())
}

async fn find(executor: Executor<'_>, scope: &KeyScope) -> Result<Option<StoredResult>, SqlError> {
    let row = executor.one(Entity::find().filter(is_at(scope))).await?;
    Ok(row.map(Model::into_stored_result).transpose()?)
}

fn is_at(scope: &KeyScope) -> Condition {
    Condition::all()
        .add(Column::UserId.eq(scope.user.0))
        .add(Column::Operation.eq(scope.operation.name()))
        .add(Column::Name.eq(scope.name.as_str()))
}

/// Deletes a batch of old keys, the oldest first.
#[derive(Clone)]
struct DeleteExpired {
    until: DateTime<Utc>,
    most: u32,
}

#[async_trait]
impl Change for DeleteExpired {
    type Stored = u64;

    async fn write(self, transaction: Executor<'_>) -> Result<u64, SqlError> {
        let oldest = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::CreatedAt.lte(self.until))
            .order_by(Column::CreatedAt, Order::Asc)
            .limit(self.most.into())
            .take();
        let delete = Entity::delete_many().filter(Column::Id.in_subquery(oldest));
        transaction.execute(delete.as_query()).await
    }
}
