use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::idempotency::{KeyScope, StoredResult};

/// Reads and deletes stored results of requests with idempotency keys; the other repositories store them,
/// together with the change. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// The stored result of a key.
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure>;

    /// Deletes results of requests up to a time, the oldest first, at most `most`; returns how many.
    async fn purge(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure>;
}
