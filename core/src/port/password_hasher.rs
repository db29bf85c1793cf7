use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::{ClientNetwork, Password, PasswordHash};

/// Hashes passwords with a slow, salted hash. Both methods queue fairly: a client with many calls does not
/// delay others much.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A new hash, computed for this client; `None` is the operator.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`] if the queue is full, [`Failure::Internal`] if hashing fails.
    async fn hash(
        &self,
        password: Password,
        client: Option<ClientNetwork>,
    ) -> Result<PasswordHash, Failure>;

    /// Whether the password matches the hash. Without a hash the result is `false` after the same time, so
    /// that timing does not reveal which users exist.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`] if the queue is full, [`Failure::Internal`] if the hash is malformed.
    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        client: ClientNetwork,
    ) -> Result<bool, Failure>;
}
