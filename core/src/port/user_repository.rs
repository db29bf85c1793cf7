use async_trait::async_trait;

use crate::Failure;
use crate::domain::account::{Credentials, SearchTerms, User, UserKind};
use crate::domain::change::UserChange;
use crate::domain::id::UserId;
use crate::domain::idempotency::{Committed, IdempotencyKey};
use crate::domain::page::{Page, PageRequest};

/// The query of a user list. Users come by id; with a search, by the word that they are found by, then by
/// id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserQuery {
    /// Only users that the search finds.
    pub search: Option<SearchTerms>,
    /// Only users of this kind.
    pub kind: Option<UserKind>,
    /// Whether inactive users are included.
    pub include_inactive: bool,
    pub page: PageRequest,
}

impl UserQuery {
    /// All users.
    pub fn all(page: PageRequest) -> Self {
        Self { search: None, kind: None, include_inactive: true, page }
    }
}

/// Stores users. Every method fails with [`Failure::Unavailable`] if the store cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// The existing users of `ids`, each once, in any order. Unknown ids are skipped.
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure>;

    /// The users with exactly these usernames, each once, in any order. Unknown names are skipped.
    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure>;

    /// The users with exactly these external ids, each once, in any order. Unknown ids are skipped.
    async fn find_external(&self, external_ids: Vec<String>) -> Result<Vec<User>, Failure>;

    /// The user with exactly this username, active or not, with the password hash.
    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure>;

    /// One page of users.
    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure>;

    /// Stores the change. With a key, it is stored once per key, together with the key; a refused change
    /// leaves no key.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] if the username or the external id is taken, if the first user is not the first, if the user was
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
