use leopard_core::domain::account::{UserEdit, UserKind};
use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::id::UserId;
use leopard_core::service::accounts::{Accounts, NewUserRequest};
use poem::Request;
use poem_openapi::OpenApi;

use super::body::PasswordChange;
use super::view::{DirectoryEntry, DirectoryPage, UserView};
use crate::accounts::tokens::Empty;
use crate::api::Tag;
use crate::auth::{AccountReader, Anyone, SignedIn, Staff, UserReader, UserWriter};
use crate::framework::payload::{Json, JsonBody, Name, Path};
use crate::framework::query::{QueryParam, check, page_request, shape};
use crate::framework::response::{Created, JsonResult, Located};
use crate::http::forwarded::RequestNetwork;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::MayBeForbidden;

pub(crate) struct UsersApi {
    pub(crate) accounts: Accounts,
}

#[OpenApi(prefix_path = "/api/v1/users", tag = "Tag::Users")]
impl UsersApi {
    /// Get the current user
    ///
    /// Returns the caller's account.
    #[oai(path = "/me/", method = "get", operation_id = "getMe")]
    async fn me(&self, caller: Anyone) -> JsonResult<UserView> {
        let user = self.accounts.read_user(&caller.0.user, caller.0.user.id).await?;
        Ok(Json(user.into()))
    }

    /// Change the current user's password
    ///
    /// Changes the caller's password and ends all their other sessions: within 5 seconds, those tokens are
    /// refused and their streams end. Tokens without a session, such as those of `leopard token`, are
    /// revoked, too. Wrong old passwords count as failed logins, too many of which are a 429.
    #[oai(path = "/me/password/", method = "post", operation_id = "changeMyPassword")]
    async fn change_password(
        &self,
        caller: SignedIn,
        from: RequestNetwork,
        body: JsonBody<PasswordChange>,
    ) -> JsonResult<Empty> {
        let PasswordChange { old, new } = body.0;
        self.accounts.change_password(&caller.0, old, new, from.0).await?;
        Ok(Json(Empty {}))
    }

    /// List users
    ///
    /// Lists the active persons for every authenticated caller, in the order of their creation. With
    /// `search`, the order is that of the matching words, so that exact matches come first.
    #[expect(clippy::too_many_arguments, reason = "each is a query parameter")]
    #[oai(path = "/", method = "get", operation_id = "listUsers")]
    async fn list(
        &self,
        caller: UserReader,
        request: &Request,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
        /// Prefix search in usernames, first and last names: each word of this text must match the
        /// beginning of a word. Words also begin after punctuation, so `hill` finds `anna.hill`. Case is
        /// ignored, accents are not, and there are no wildcards.
        search: QueryParam<shape::SearchText>,
        /// Whether to include inactive users; ignored unless the caller is staff.
        include_inactive: QueryParam<shape::DefaultFalse>,
        /// Which users to list: persons by default. Only staff may list services.
        kind: QueryParam<Name<UserKind>>,
    ) -> JsonResult<DirectoryPage> {
        let mut errors = FieldErrors::default();
        let search = search.read(&mut errors).flatten();
        let include_inactive = include_inactive.read(&mut errors).unwrap_or(false);
        let kind = kind.read(&mut errors).unwrap_or(UserKind::Person);
        check(errors)?;
        let page = page_request(page.text(), page_size.text())?;
        let caller = &caller.0.user;
        let found = self.accounts.directory(caller, kind, search, include_inactive, page).await?;
        Ok(Json(DirectoryPage::of(request, found, DirectoryEntry::from)))
    }

    /// Create a user
    ///
    /// Allowed for staff. A person can log in at once. A service has no password: create an API key for it.
    #[oai(path = "/", method = "post", operation_id = "createUser")]
    async fn create(
        &self,
        staff: Staff,
        request: &Request,
        #[oai(name = "Idempotency-Key")] key: IdempotencyKey,
        from: RequestNetwork,
        body: JsonBody<NewUserRequest>,
    ) -> Result<MaybeReplayed<Located<Created<UserView>>>, MayBeForbidden> {
        let (staff, accounts) = (&staff.0.user, &self.accounts);
        let created = accounts.create_user(staff, body.0, key.0, from.0).await?;
        Ok(MaybeReplayed::of(created, |user| {
            let path = format!("/api/v1/users/{}/", user.id.0);
            Located::at(request, &path, user.into())
        }))
    }

    /// Get a user
    ///
    /// Allowed for staff. Returns the account of any user.
    #[oai(path = "/:id/", method = "get", operation_id = "getUser")]
    async fn read(
        &self,
        staff: AccountReader,
        id: Path<UserId>,
    ) -> JsonResult<UserView, MayBeForbidden> {
        let user = self.accounts.read_user(&staff.0.user, id.0).await?;
        Ok(Json(user.into()))
    }

    /// Update a user
    ///
    /// Allowed for staff, and for API keys with the scope unless the user is staff or a service or `is_staff` is
    /// given. The username cannot be changed. When a user is deactivated, their tokens are
    /// refused and their streams end within 5 seconds; when reactivated, their unexpired sessions work
    /// again. Staff cannot remove `is_active` or `is_staff` from themselves or from the last active staff
    /// user: 400 on that field.
    #[oai(path = "/:id/", method = "patch", operation_id = "updateUser")]
    async fn update(
        &self,
        caller: UserWriter,
        id: Path<UserId>,
        from: RequestNetwork,
        body: JsonBody<UserEdit>,
    ) -> JsonResult<UserView, MayBeForbidden> {
        let (caller, scopes) = (&caller.0.user, caller.0.scopes.as_ref());
        let user = self.accounts.edit_user(caller, scopes, id.0, body.0, from.0).await?;
        Ok(Json(user.into()))
    }
}
