use std::sync::Arc;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::notification::{TypeCatalog, TypeChange, TypeOutcome};
use leopard_core::port::NotificationTypeRepository;

use super::MemoryStore;
use super::tables::Tables;

#[async_trait]
impl NotificationTypeRepository for MemoryStore {
    async fn catalog(&self) -> Result<Arc<TypeCatalog>, Failure> {
        Ok(Arc::new(catalog(&self.tables())))
    }

    async fn commit(&self, change: TypeChange) -> Result<TypeOutcome, Failure> {
        let mut tables = self.tables();
        let outcome = catalog(&tables).check(&change)?;
        let name = change.name();
        match change.into_stored() {
            Some(stored) => tables.notification_types.insert(name, stored),
            None => tables.notification_types.remove(&name),
        };
        Ok(outcome)
    }
}

fn catalog(tables: &Tables) -> TypeCatalog {
    TypeCatalog::of(tables.notification_types.values().cloned())
}
