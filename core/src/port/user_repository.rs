use async_trait::async_trait;

use crate::Failure;
use crate::domain::change::UserChange;
use crate::domain::id::UserId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::user::{Credentials, User};

/// Keeps the users. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// Those of these users that exist.
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure>;

    /// The user of exactly this name, with the password's hash.
    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure>;

    /// One page of users, by id.
    async fn list(&self, page: PageRequest) -> Result<Page<User>, Failure>;

    /// Stores the change. [`Failure::Conflict`] when the name is taken, or when the first user
    /// is not the first; [`Failure::NotFound`] when there is no such user.
    async fn commit(&self, change: UserChange) -> Result<User, Failure>;
}
