//! The user repository: each method is one read or one change.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::account::{Credentials, User};
use leopard_core::domain::change::UserChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::Page;
use leopard_core::port::{UserQuery, UserRepository};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::directory;
use crate::sql::backend::{Executor, MAX_VALUES};
use crate::sql::entity::user::{Column, Entity};
use crate::sql::store::SqlStore;

#[async_trait]
impl UserRepository for SqlStore {
    async fn find_many(&self, mut ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let chunks = ids.chunks(MAX_VALUES);
        let chunks = chunks.map(|chunk| Column::Id.is_in(chunk.iter().map(|id| id.0)));
        self.find_where(chunks.collect()).await
    }

    async fn find_named(&self, mut usernames: Vec<String>) -> Result<Vec<User>, Failure> {
        usernames.sort_unstable();
        usernames.dedup();
        let chunks = usernames.chunks(MAX_VALUES);
        let chunks = chunks.map(|chunk| Column::Username.is_in(chunk));
        self.find_where(chunks.collect()).await
    }

    async fn find_external(&self, mut external_ids: Vec<String>) -> Result<Vec<User>, Failure> {
        external_ids.sort_unstable();
        external_ids.dedup();
        let chunks = external_ids.chunks(MAX_VALUES);
        let chunks = chunks.map(|chunk| Column::ExternalId.is_in(chunk));
        self.find_where(chunks.collect()).await
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        let named = Entity::find().filter(Column::Username.eq(username));
        let find = async |lookups: Executor<'_>| lookups.one(named).await;
        Ok(self.lookups.look_up(find).await?.map(Credentials::from))
    }

    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure> {
        let list = async |snapshot: Executor<'_>| directory::list(snapshot, query).await;
        Ok(self.readers.read(list).await?)
    }

    async fn commit(
        &self,
        change: UserChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure> {
        self.commit_once(change, key).await
    }
}

impl SqlStore {
    /// The users that match any of the conditions, by one statement for each.
    async fn find_where(&self, conditions: Vec<Expr>) -> Result<Vec<User>, Failure> {
        let mut users = Vec::new();
        for condition in conditions {
            let find =
                async |lookups: Executor<'_>| lookups.all(Entity::find().filter(condition)).await;
            users.extend(self.lookups.look_up(find).await?.into_iter().map(User::from));
        }
        Ok(users)
    }
}
