//! Definitions of notification types.

use std::sync::Arc;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::notification::{StoredType, TypeCatalog, TypeChange, TypeOutcome};
use leopard_core::port::NotificationTypeRepository;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Backend, Executor, postgres};
use crate::sql::commit::Change;
use crate::sql::entity::notification_type::{ActiveModel, Column, Entity};
use crate::sql::store::SqlStore;

/// Advisory lock for changes of types: "leopard" and a letter, a number of no other lock.
const ALL_TYPES: i64 = 0x6c65_6f70_6172_6454;

#[async_trait]
impl NotificationTypeRepository for SqlStore {
    async fn catalog(&self) -> Result<Arc<TypeCatalog>, Failure> {
        let read = async |lookups: Executor<'_>| catalog(lookups).await;
        Ok(Arc::new(self.lookups.look_up(read).await?))
    }

    async fn commit(&self, change: TypeChange) -> Result<TypeOutcome, Failure> {
        self.writer.commit(change).await
    }
}

#[async_trait]
impl Change for TypeChange {
    type Stored = TypeOutcome;

    async fn write(self, transaction: Executor<'_>) -> Result<TypeOutcome, SqlError> {
        // The number of types is bounded. SQLite has one writer anyway.
        if transaction.backend()? == Backend::Postgres {
            postgres::advisory_lock(transaction, ALL_TYPES).await?;
        }
        let outcome = catalog(transaction).await?.check(&self)?;
        let name = self.name();
        let delete = Entity::delete_many().filter(Column::Name.eq(name.as_str()));
        transaction.execute(delete.as_query()).await?;
        if let Some(stored) = self.into_stored() {
            let insert = Entity::insert(ActiveModel::of_new(stored));
            transaction.execute(insert.as_query()).await?;
        }
        Ok(outcome)
    }
}

async fn catalog(executor: Executor<'_>) -> Result<TypeCatalog, SqlError> {
    let rows = executor.all(Entity::find()).await?;
    let stored: Result<Vec<_>, Failure> = rows.into_iter().map(StoredType::try_from).collect();
    Ok(TypeCatalog::of(stored?))
}
