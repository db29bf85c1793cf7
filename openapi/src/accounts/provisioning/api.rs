use leopard_core::Failure;
use leopard_core::domain::account::ExternalId;
use leopard_core::domain::id::UserId;
use leopard_core::service::accounts::Accounts;
use poem_openapi::OpenApi;

use super::body::{Provision, TokenRequest};
use super::view::{IssuedTokenView, Provisioned};
use crate::accounts::users::UserView;
use crate::api::Tag;
use crate::auth::{TokenGranter, UserWriter};
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::response::JsonResult;
use crate::http::forwarded::RequestNetwork;
use crate::problem::{MayBeForbidden, Refusal, Refusals, Refused};

pub(crate) struct ProvisioningApi {
    pub(crate) accounts: Accounts,
}

struct NotIssued;

impl Refusals for NotIssued {
    const ALL: &'static [Refused] = &[
        Refused::usual(403),
        Refused::own(409, "The user is deactivated (`user_deactivated`).", || {
            Failure::UserDeactivated
        }),
    ];
}

#[OpenApi(prefix_path = "/api/v1/users", tag = "Tag::Users")]
impl ProvisioningApi {
    /// Create or update a user by external id
    ///
    /// Allowed for staff and for API keys with the scope. Creates a user without a password, or updates the
    /// user with this external id. An existing account is never taken over by its username: 400 on
    /// `username`. A key updates neither staff nor the right of staff. The request can be repeated safely, for
    /// example at each login in the other system.
    #[oai(
        path = "/by-external-id/:external_id/",
        method = "put",
        operation_id = "putUserByExternalId"
    )]
    async fn provision(
        &self,
        caller: UserWriter,
        external_id: Path<ExternalId>,
        from: RequestNetwork,
        body: JsonBody<Provision>,
    ) -> Result<Provisioned, MayBeForbidden> {
        let (user, scopes) = (&caller.0.user, caller.0.scopes.as_ref());
        let Provision(edit) = body.0;
        let accounts = &self.accounts;
        Ok(accounts.provision(user, scopes, external_id.0, edit, from.0).await?.into())
    }

    /// Get a user by external id
    ///
    /// Allowed for staff and for API keys with the scope.
    #[oai(
        path = "/by-external-id/:external_id/",
        method = "get",
        operation_id = "getUserByExternalId"
    )]
    async fn read(
        &self,
        caller: UserWriter,
        external_id: Path<ExternalId>,
    ) -> JsonResult<UserView, MayBeForbidden> {
        let (user, scopes) = (&caller.0.user, caller.0.scopes.as_ref());
        let found = self.accounts.read_provisioned(user, scopes, &external_id.0).await?;
        Ok(Json(found.into()))
    }

    /// Issue an access token by external id
    ///
    /// The same as `POST /api/v1/users/{id}/token/`, for the user with this external id.
    #[oai(
        path = "/by-external-id/:external_id/token/",
        method = "post",
        operation_id = "issueTokenByExternalId"
    )]
    async fn token_by_external_id(
        &self,
        caller: TokenGranter,
        external_id: Path<ExternalId>,
        from: RequestNetwork,
        body: JsonBody<TokenRequest>,
    ) -> JsonResult<IssuedTokenView, Refusal<NotIssued>> {
        let owner = self.accounts.find_external(&external_id.0).await?;
        let owner = owner.ok_or(Failure::NotFound)?.id;
        self.issue(&caller, owner, &body.0, from).await
    }

    /// Issue an access token for a user
    ///
    /// Allowed for staff and for API keys with the scope, so that a back end logs its own users in. The token
    /// has no refresh token, and ends with the API key that issued it. 403 for service users, and for staff
    /// unless the caller is staff.
    #[oai(path = "/:id/token/", method = "post", operation_id = "issueToken")]
    async fn token(
        &self,
        caller: TokenGranter,
        id: Path<UserId>,
        from: RequestNetwork,
        body: JsonBody<TokenRequest>,
    ) -> JsonResult<IssuedTokenView, Refusal<NotIssued>> {
        self.issue(&caller, id.0, &body.0, from).await
    }
}

impl ProvisioningApi {
    async fn issue(
        &self,
        caller: &TokenGranter,
        owner: UserId,
        request: &TokenRequest,
        from: RequestNetwork,
    ) -> JsonResult<IssuedTokenView, Refusal<NotIssued>> {
        let ttl_seconds = request.ttl_seconds.as_ref().map(|seconds| seconds.0);
        let issued = self.accounts.issue_token(&caller.0, owner, ttl_seconds, from.0).await?;
        Ok(Json(issued.into()))
    }
}
