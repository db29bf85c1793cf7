use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::{ClientNetwork, Password, PasswordHash};

/// Hashes passwords so that the hashes are of no use to a thief.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// A salted hash, for this client or for the operator. [`Failure::Throttled`] when too many wait for
    /// one already.
    async fn hash(
        &self,
        password: Password,
        client: Option<ClientNetwork>,
    ) -> Result<PasswordHash, Failure>;

    /// Whether the password fits the hash. Without a hash the answer is no, after the same time.
    /// [`Failure::Throttled`] when too many wait for an answer already. Clients take turns: one that
    /// asks often does not make others wait long.
    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        client: ClientNetwork,
    ) -> Result<bool, Failure>;
}
