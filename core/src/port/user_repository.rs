use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::{Credentials, SearchTerms, User};
use crate::domain::change::UserChange;
use crate::domain::id::UserId;
use crate::domain::idempotency::{Committed, Keyed};
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

    /// Stores the change. [`Failure::Conflict`] when the name is taken, when the first user is not
    /// the first, when the user has been changed since the password was compared, or when nobody
    /// would be left who may administer; [`Failure::NotFound`] when there is no such user;
    /// [`Failure::PermissionDenied`] when who changes may not administer any more.
    async fn commit(&self, change: UserChange) -> Result<User, Failure>;

    /// The same, but once for each key, however many come at the same time: a change that is refused
    /// leaves no key. [`Failure::IdempotencyKeyReused`] when another request came by that name.
    async fn commit_once(&self, change: Keyed<UserChange>) -> Result<Committed<User>, Failure>;
}
