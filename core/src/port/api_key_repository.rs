use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::ApiKey;
use crate::domain::change::ApiKeyChange;
use crate::domain::id::{ApiKeyId, UserId};
use crate::domain::idempotency::{Committed, IdempotencyKey};
use crate::domain::page::{Page, PageRequest};

/// Stores API keys. Every method fails with [`Failure::Unavailable`] if the store cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ApiKeyRepository: Send + Sync {
    /// The existing keys of `ids`, revoked or not, each once, in any order. Unknown ids are skipped.
    async fn find_many(&self, ids: Vec<ApiKeyId>) -> Result<Vec<ApiKey>, Failure>;

    /// One page of the keys that are not revoked, of a user or of all users, by id.
    async fn list(&self, user: Option<UserId>, page: PageRequest) -> Result<Page<ApiKey>, Failure>;

    /// Stores the change. With an idempotency key, it is stored once per idempotency key.
    ///
    /// # Errors
    ///
    /// As each [`ApiKeyChange`] says; [`Failure::IdempotencyKeyReused`] if another request used the
    /// idempotency key.
    async fn commit(
        &self,
        change: ApiKeyChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<ApiKey>, Failure>;
}
