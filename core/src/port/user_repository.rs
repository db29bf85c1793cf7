use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::{Credentials, SearchTerms, User};
use crate::domain::change::UserChange;
use crate::domain::id::UserId;
use crate::domain::idempotency::{Committed, IdempotencyKey};
use crate::domain::page::{Page, PageRequest};

/// Which users a list holds: by id, or where something is searched, in the order of the words that
/// they are found by, and of their ids where those are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// Only those who are found by this.
    pub search: Option<SearchTerms>,
    /// Whether those who may not log in are among them.
    pub include_inactive: bool,
    /// Which part of the list.
    pub page: PageRequest,
}

impl UserQuery {
    /// Everybody, page by page.
    #[must_use]
    pub fn everybody(page: PageRequest) -> Self {
        Self {
            search: None,
            include_inactive: true,
            page,
        }
    }
}

/// Keeps the users. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// Those of these users that exist.
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure>;

    /// Those of exactly these names who exist.
    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure>;

    /// The user of exactly this name, with the password's hash.
    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure>;

    /// One page of users.
    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure>;

    /// Stores the change. With a key, it is stored once per key, together with the key; a refused change
    /// leaves no key.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] if the name is taken, if the first user is not the first, if the user was
    /// changed since the password was compared, or if no administrator would be left;
    /// [`Failure::NotFound`] if there is no such user; [`Failure::PermissionDenied`] if the author of the
    /// change may not administer any more; [`Failure::IdempotencyKeyReused`] if another request used the
    /// key.
    async fn commit(
        &self,
        change: UserChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure>;
}
