use leopard_core::domain::id::{ApiKeyId, UserId};
use leopard_core::service::accounts::{Accounts, KeyRequest};
use poem::Request;
use poem_openapi::OpenApi;

use super::view::{ApiKeyPage, ApiKeyView, CreatedKeyView};
use crate::api::Tag;
use crate::auth::{SignedIn, Staff};
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::query::{QueryParam, page_request, shape};
use crate::framework::response::{Created, Deleted, JsonResult};
use crate::http::forwarded::RequestNetwork;
use crate::idempotency::{IdempotencyKey, MaybeReplayed};
use crate::problem::{MayBeForbidden, Problem};

pub(crate) struct KeysApi {
    pub(crate) accounts: Accounts,
}

#[OpenApi(prefix_path = "/api/v1/users", tag = "Tag::Keys")]
impl KeysApi {
    /// Create an API key for the current user
    ///
    /// Creates a key with the caller's rights, cut down by its scopes. The response contains the whole key,
    /// which cannot be shown again. Only staff may grant `notifications:send`, `users:write` and `tokens:issue`.
    #[oai(path = "/me/keys/", method = "post", operation_id = "createMyApiKey")]
    async fn create_own(
        &self,
        caller: SignedIn,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry creates nothing and
        /// returns the same API key with `"key": null`.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        from: RequestNetwork,
        body: JsonBody<KeyRequest>,
    ) -> Result<MaybeReplayed<Created<CreatedKeyView>>, Problem> {
        let (user, accounts) = (&caller.0.user, &self.accounts);
        let created = accounts.create_key(user, user.id, body.0, key.0, from.0).await?;
        Ok(MaybeReplayed::of(created, |key| Created::of(key.into())))
    }

    /// List the current user's API keys
    ///
    /// Lists the caller's keys that are not revoked, without their secrets, in the order of their creation.
    #[oai(path = "/me/keys/", method = "get", operation_id = "listMyApiKeys")]
    async fn list_own(
        &self,
        caller: SignedIn,
        request: &Request,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
    ) -> JsonResult<ApiKeyPage> {
        let page = page_request(page.text(), page_size.text())?;
        let user = &caller.0.user;
        let found = self.accounts.list_keys(user, user.id, page).await?;
        Ok(Json(ApiKeyPage::of(request, found, ApiKeyView::from)))
    }

    /// Revoke an API key of the current user
    ///
    /// Within 5 seconds, the key is refused and its streams end.
    #[oai(path = "/me/keys/:key_id/", method = "delete", operation_id = "revokeMyApiKey")]
    async fn revoke_own(
        &self,
        caller: SignedIn,
        key_id: Path<ApiKeyId>,
        from: RequestNetwork,
    ) -> Result<Deleted, Problem> {
        let user = &caller.0.user;
        self.accounts.revoke_key(user, user.id, key_id.0, from.0).await?;
        Ok(Deleted::Deleted)
    }

    /// Create an API key for a user
    ///
    /// Allowed for staff. Creates a key with the rights of that user, cut down by its scopes. The response
    /// contains the whole key, which cannot be shown again.
    #[oai(path = "/:id/keys/", method = "post", operation_id = "createApiKey")]
    async fn create(
        &self,
        staff: Staff,
        id: Path<UserId>,
        /// Unique key, such as a UUID, that makes retries safe for 24 hours: a retry creates nothing and
        /// returns the same API key with `"key": null`.
        #[oai(name = "Idempotency-Key")]
        key: IdempotencyKey,
        from: RequestNetwork,
        body: JsonBody<KeyRequest>,
    ) -> Result<MaybeReplayed<Created<CreatedKeyView>>, MayBeForbidden> {
        let (staff, accounts) = (&staff.0.user, &self.accounts);
        let created = accounts.create_key(staff, id.0, body.0, key.0, from.0).await?;
        Ok(MaybeReplayed::of(created, |key| Created::of(key.into())))
    }

    /// List a user's API keys
    ///
    /// Allowed for staff. Lists the keys that are not revoked, without their secrets, in the order of their
    /// creation.
    #[oai(path = "/:id/keys/", method = "get", operation_id = "listApiKeys")]
    async fn list(
        &self,
        staff: Staff,
        request: &Request,
        id: Path<UserId>,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
    ) -> JsonResult<ApiKeyPage, MayBeForbidden> {
        let page = page_request(page.text(), page_size.text())?;
        let found = self.accounts.list_keys(&staff.0.user, id.0, page).await?;
        Ok(Json(ApiKeyPage::of(request, found, ApiKeyView::from)))
    }

    /// Revoke an API key of a user
    ///
    /// Allowed for staff. Within 5 seconds, the key is refused and its streams end.
    #[oai(path = "/:id/keys/:key_id/", method = "delete", operation_id = "revokeApiKey")]
    async fn revoke(
        &self,
        staff: Staff,
        id: Path<UserId>,
        key_id: Path<ApiKeyId>,
        from: RequestNetwork,
    ) -> Result<Deleted, MayBeForbidden> {
        self.accounts.revoke_key(&staff.0.user, id.0, key_id.0, from.0).await?;
        Ok(Deleted::Deleted)
    }
}
