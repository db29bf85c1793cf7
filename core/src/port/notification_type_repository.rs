use std::sync::Arc;

use async_trait::async_trait;

use crate::Failure;
use crate::domain::notification::{TypeCatalog, TypeChange, TypeOutcome};

/// Stores the definitions of notification types. Every method fails with [`Failure::Unavailable`] if the store
/// cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationTypeRepository: Send + Sync {
    /// All types. A new store has the built-in ones.
    async fn catalog(&self) -> Result<Arc<TypeCatalog>, Failure>;

    /// Stores the change.
    ///
    /// # Errors
    ///
    /// As [`TypeCatalog::check`] says of the types in the store.
    async fn commit(&self, change: TypeChange) -> Result<TypeOutcome, Failure>;
}
