use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::idempotency::{KeyScope, StoredResult};

/// Remembers requests that may come again; what they change is stored together with them, by the
/// repositories' `commit_once`. Every method fails with [`Failure::Unavailable`] while the store is
/// away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// What is kept of the request, if it was done.
    async fn find(&self, scope: KeyScope) -> Result<Option<StoredResult>, Failure>;

    /// Forgets those that came by then, the oldest first and at most so many; answers how many.
    async fn purge(&self, until: DateTime<Utc>, most: u32) -> Result<u64, Failure>;
}
