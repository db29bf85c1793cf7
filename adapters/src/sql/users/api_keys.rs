//! API keys.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::{ApiKey, NewApiKey, User};
use leopard_core::domain::change::{ApiKeyChange, KeyGranter};
use leopard_core::domain::id::{ApiKeyId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::port::ApiKeyRepository;
use sea_orm::sea_query::{Expr, ExprTrait as _, LockType, Query};
use sea_orm::{
    ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::page::rows_of;
use crate::sql::backend::{Executor, MAX_VALUES};
use crate::sql::commit::Change;
use crate::sql::entity::api_key::{ActiveModel, Column, Entity, Model};
use crate::sql::entity::user;
use crate::sql::idempotency::KeyedChange;
use crate::sql::store::SqlStore;

#[async_trait]
impl ApiKeyRepository for SqlStore {
    async fn find_many(&self, mut ids: Vec<ApiKeyId>) -> Result<Vec<ApiKey>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let mut keys = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(MAX_VALUES) {
            let is_wanted = Column::Id.is_in(chunk.iter().map(|id| id.0));
            let find =
                async |lookups: Executor<'_>| lookups.all(Entity::find().filter(is_wanted)).await;
            let rows = self.lookups.look_up(find).await?;
            keys.extend(rows.into_iter().map(ApiKey::from));
        }
        Ok(keys)
    }

    async fn list(
        &self,
        user: Option<UserId>,
        request: PageRequest,
    ) -> Result<Page<ApiKey>, Failure> {
        let list = async |snapshot: Executor<'_>| {
            let keys = Entity::find()
                .apply_if(user, |keys, user| keys.filter(Column::UserId.eq(user.0)))
                .filter(Column::RevokedAt.is_null())
                .order_by_asc(Column::Id);
            let (total, rows) = rows_of(snapshot, keys, request).await?;
            Ok(Page { total, request, items: rows.into_iter().map(ApiKey::from).collect() })
        };
        Ok(self.readers.read(list).await?)
    }

    async fn commit(
        &self,
        change: ApiKeyChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<ApiKey>, Failure> {
        self.commit_once(change, key).await
    }
}

impl KeyedChange for ApiKeyChange {}

#[async_trait]
impl Change for ApiKeyChange {
    type Stored = ApiKey;

    async fn write(self, transaction: Executor<'_>) -> Result<ApiKey, SqlError> {
        match self {
            Self::Create { key, by } => create(transaction, key, by).await,
            Self::Revoke { key, user, at } => {
                let is_owned = user.map(|user| Column::UserId.eq(user.0));
                let is_owned = is_owned.into_iter().fold(Column::Id.eq(key.0), Expr::and);
                let first = Expr::col(Column::RevokedAt).if_null(at);
                update(transaction, is_owned, Column::RevokedAt, first).await
            }
            Self::RecordUse { key, hour } => {
                let known = Expr::col(Column::LastUsedAt);
                let is_later = known.clone().gt(hour);
                let latest = Expr::case(is_later, known).finally(hour).into();
                update(transaction, Column::Id.eq(key.0), Column::LastUsedAt, latest).await
            }
        }
    }
}

async fn create(
    transaction: Executor<'_>,
    key: NewApiKey,
    by: KeyGranter,
) -> Result<ApiKey, SqlError> {
    let granter = match by {
        KeyGranter::Operator => None,
        KeyGranter::User(id) => Some(id),
    };
    // By id, so that two users who change each other do not deadlock.
    let users = user::Entity::find()
        .filter(
            user::Column::Id.is_in([Some(key.user), granter].into_iter().flatten().map(|id| id.0)),
        )
        .order_by_asc(user::Column::Id)
        .lock(LockType::NoKeyUpdate);
    let users: Vec<User> = transaction.all(users).await?.into_iter().map(User::from).collect();
    let granter = users.iter().find(|user| Some(user.id) == granter);
    access::check_key_granter(by, granter, &key)?;
    if !users.iter().any(|user| user.id == key.user) {
        return Err(Failure::NotFound.into());
    }
    let not_returned = || Failure::Internal("a key was written but not returned".to_owned());
    let row = transaction.insert(ActiveModel::of_new(key)).await?.ok_or_else(not_returned)?;
    Ok(row.into())
}

/// Changes a column of the one key that the condition selects.
async fn update(
    transaction: Executor<'_>,
    which: Expr,
    column: Column,
    value: Expr,
) -> Result<ApiKey, SqlError> {
    let update = Entity::update_many().col_expr(column, value).filter(which);
    let all = Query::returning().columns(Column::iter());
    let rows: Vec<Model> = transaction.rows(&update.into_query().returning(all).take()).await?;
    Ok(rows.into_iter().next().ok_or(Failure::NotFound)?.into())
}
