use leopard_core::Failure;
use leopard_core::domain::account::{SearchTerms, User, UserEdit};
use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::id::UserId;
use leopard_core::service::accounts::{Accounts, NewUserRequest};
use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;

use super::body::PasswordChange;
use super::view::{DirectoryPage, UserCreated, UserView};
use crate::accounts::tokens::Empty;
use crate::api::Tag;
use crate::auth::{SignedIn, Staff};
use crate::framework::payload::{JsonBody, RecordId};
use crate::framework::query::{PageLinks, QueryParam, page_request, shape};
use crate::http::forwarded::CameFrom;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbidden, Problem};

pub(crate) struct UsersApi {
    pub(crate) accounts: Accounts,
}

#[OpenApi(tag = "Tag::Users")]
impl UsersApi {
    /// Read your own account
    ///
    /// The caller, whole.
    #[oai(path = "/api/v1/users/me/", method = "get", operation_id = "getMe")]
    async fn me(&self, caller: SignedIn) -> Result<Json<UserView>, Problem> {
        let user = self
            .accounts
            .read_user(&caller.0.user, caller.0.user.id)
            .await?;
        Ok(Json(user.into()))
    }

    /// Change your own password
    ///
    /// The login that the call came by goes on. All others of the caller end: within 5 seconds their
    /// tokens are refused and their streams end; so does every token that belongs to no login, such as
    /// one of `leopard token`. Wrong old passwords are counted together with log ins that fail, and
    /// too many of them are 429.
    #[oai(
        path = "/api/v1/users/me/password/",
        method = "post",
        operation_id = "changeMyPassword"
    )]
    async fn change_password(
        &self,
        caller: SignedIn,
        from: CameFrom,
        body: JsonBody<PasswordChange>,
    ) -> Result<Json<Empty>, Problem> {
        let PasswordChange { old, new } = body.0;
        let changed = self.accounts.change_password(&caller.0, old, new, from.0);
        changed.await?;
        Ok(Json(Empty {}))
    }

    /// List users
    ///
    /// The directory, for everybody who is logged in: those who may log in, in the order in which they
    /// were made; with `search`, in the order of the words that were found, so that who is called just
    /// so comes first.
    #[oai(path = "/api/v1/users/", method = "get", operation_id = "listUsers")]
    async fn list(
        &self,
        caller: SignedIn,
        request: &Request,
        /// Which page, from 1.
        page: QueryParam<shape::PageNumber>,
        /// Users on a page, from 1 to 100; what is beyond is clamped.
        page_size: QueryParam<shape::PageSize>,
        /// Only those of whom, for each word of this text, a word of the username, the given or the
        /// family name begins with it. A word also begins behind a sign: `hill` finds `anna.hill`. Case
        /// does not matter, accents do, and no sign means anything but itself.
        search: QueryParam<shape::SearchText>,
        /// Whether those who may not log in are among them. Only staff sees them; for others this
        /// changes nothing.
        include_inactive: QueryParam<shape::DefaultFalse>,
    ) -> Result<Json<DirectoryPage>, Problem> {
        let mut faults = FieldErrors::default();
        let search = search.parsed(SearchTerms::parse, &mut faults).flatten();
        let include_inactive = include_inactive.boolean(false, &mut faults);
        if !faults.is_empty() {
            return Err(Failure::Invalid(faults).into());
        }
        let page = page_request(page.text(), page_size.text())?;
        let caller = &caller.0.user;
        let found = self
            .accounts
            .directory(caller, search, include_inactive, page);
        let found = found.await?;
        let around = PageLinks::of(request, &found);
        Ok(Json(DirectoryPage::of(found, around)))
    }

    /// Make a user
    ///
    /// For staff only. The user can log in at once.
    #[oai(path = "/api/v1/users/", method = "post", operation_id = "createUser")]
    async fn create(
        &self,
        staff: Staff,
        /// A name for this request, so that it can be sent again: for 24 hours the same request by the
        /// same name makes nothing more, and is answered with what it made, as that now stands.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        from: CameFrom,
        body: JsonBody<NewUserRequest>,
    ) -> Result<MaybeReplayed<UserCreated>, MayBeForbidden> {
        let (staff, accounts) = (&staff.0.user, &self.accounts);
        let made = accounts.create_user(staff, body.0, key.0, from.0).await?;
        let show = |user: User| UserCreated::Created(Json(user.into()));
        Ok(MaybeReplayed::of(made, show))
    }

    /// Read a user
    ///
    /// For staff only.
    #[oai(path = "/api/v1/users/:id/", method = "get", operation_id = "getUser")]
    async fn read(
        &self,
        staff: Staff,
        /// Id of the user.
        id: Path<RecordId>,
    ) -> Result<Json<UserView>, MayBeForbidden> {
        let id = UserId(id.0.0);
        let user = self.accounts.read_user(&staff.0.user, id).await?;
        Ok(Json(user.into()))
    }

    /// Change a user
    ///
    /// For staff only; the username stays. A user who is no longer active is shut out within 5 seconds:
    /// tokens are refused and streams end. One who becomes active again goes on with the logins that
    /// have not expired meanwhile. Nobody takes `is_active` or `is_staff` from themselves, or from the
    /// last active staff user: 400 on that field.
    #[oai(
        path = "/api/v1/users/:id/",
        method = "patch",
        operation_id = "updateUser"
    )]
    async fn update(
        &self,
        staff: Staff,
        /// Id of the user.
        id: Path<RecordId>,
        from: CameFrom,
        body: JsonBody<UserEdit>,
    ) -> Result<Json<UserView>, MayBeForbidden> {
        let id = UserId(id.0.0);
        let edited = self.accounts.edit_user(&staff.0.user, id, body.0, from.0);
        let user = edited.await?;
        Ok(Json(user.into()))
    }
}
