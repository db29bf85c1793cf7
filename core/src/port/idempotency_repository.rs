use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::idempotency::{KeyScope, StoredResult};

/// Stores the results of requests with an idempotency key. The repositories write them, in the transaction
/// of the change. Every method fails with [`Failure::Unavailable`] if the store cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// The stored result of a key, expired or not.
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure>;

    /// Deletes at most `limit` results that were stored at or before `until`, oldest first, and returns how
    /// many.
    async fn purge(&self, until: DateTime<Utc>, limit: u32) -> Result<u64, Failure>;
}
