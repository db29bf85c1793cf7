use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{SearchTerms, User};
use crate::domain::page::{Page, PageRequest};
use crate::port::UserQuery;

impl Accounts {
    /// One page of the user directory: active users that the search finds. Staff can include inactive
    /// users.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`].
    pub async fn directory(
        &self,
        caller: &User,
        search: Option<SearchTerms>,
        include_inactive: bool,
        page: PageRequest,
    ) -> Result<Page<User>, Failure> {
        let query = UserQuery {
            search,
            include_inactive: include_inactive && access::may_list_inactive(caller),
            page,
        };
        self.users.list(query).await?.within_bounds()
    }

    /// One page of all users, by id.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`].
    pub async fn list_users(&self, page: PageRequest) -> Result<Page<User>, Failure> {
        self.users.list(UserQuery::all(page)).await
    }
}
