//! Reading users.

use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{SearchTerms, User, UserKind};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::page::{Page, PageRequest};
use crate::port::UserQuery;

impl Accounts {
    /// A user with all fields.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff or the user, [`Failure::NotFound`].
    pub async fn read_user(&self, caller: &User, user: UserId) -> Result<User, Failure> {
        access::may_read_user(caller, user)?;
        self.find_user(user).await?.ok_or(Failure::NotFound)
    }

    /// One page of the user directory: active users of a kind that the search finds. Staff can include
    /// inactive users.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] for services unless the caller is staff, [`Failure::InvalidPage`].
    pub async fn directory(
        &self,
        caller: &User,
        kind: UserKind,
        search: Option<SearchTerms>,
        include_inactive: bool,
        page: PageRequest,
    ) -> Result<Page<User>, Failure> {
        if kind == UserKind::Service {
            access::may_list_services(caller)?;
        }
        let query = UserQuery {
            search,
            kind: Some(kind),
            include_inactive: include_inactive && access::may_list_inactive(caller),
            page,
        };
        self.users.list(query).await?.within_bounds()
    }

    /// One page of all users, by id; empty past the end.
    pub async fn list_users(&self, page: PageRequest) -> Result<Page<User>, Failure> {
        self.users.list(UserQuery::all(page)).await
    }

    /// The active person with this username. `field` is the input field that an error belongs to.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with [`FieldError::NoActiveUsername`].
    pub async fn active_user_named(&self, username: String, field: &str) -> Result<User, Failure> {
        let known = self.find_named(username.clone()).await?;
        known
            .filter(User::is_active_person)
            .ok_or_else(|| Failure::field(field, FieldError::NoActiveUsername(username)))
    }

    /// The user with this username, active or not.
    pub(super) async fn user_named(&self, username: String) -> Result<User, Failure> {
        let known = self.find_named(username.clone()).await?;
        known.ok_or_else(|| Failure::field("username", FieldError::UnknownUsername(username)))
    }

    async fn find_named(&self, username: String) -> Result<Option<User>, Failure> {
        let known = self.users.find_credentials(username).await?;
        Ok(known.map(|credentials| credentials.user))
    }
}
