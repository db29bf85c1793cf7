use leopard_core::Failure;
use leopard_core::service::accounts::{Accounts, IssuedToken};
use poem::Request;
use poem_openapi::OpenApi;

use super::body::{AnyToken, Credentials, Refresh};
use super::view::{Empty, StreamTokenView, TokenPairView};
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::{Json, JsonBody};
use crate::framework::response::JsonResult;
use crate::http::access_record::AccessRecord;
use crate::http::forwarded::RequestNetwork;
use crate::problem::{Refusal, Refusals, Refused};

pub(crate) struct TokensApi {
    pub(crate) accounts: Accounts,
}

struct LogInRefused;

impl Refusals for LogInRefused {
    const ALL: &'static [Refused] =
        &[Refused::own(401, "", || Failure::NoActiveAccount), Refused::usual(429)];
}

struct TokenRefused;

impl Refusals for TokenRefused {
    const ALL: &'static [Refused] = &[Refused::own(401, "", || Failure::TokenNotValid)];
}

#[OpenApi(prefix_path = "/api/token", tag = "Tag::Tokens")]
impl TokensApi {
    /// Log in
    ///
    /// Starts a session and returns its access and refresh token. Successful and failed attempts count:
    /// too many for one account or from one network are a 429.
    #[oai(path = "/", method = "post", operation_id = "logIn")]
    async fn log_in(
        &self,
        request: &Request,
        from: RequestNetwork,
        body: JsonBody<Credentials>,
    ) -> JsonResult<TokenPairView, Refusal<LogInRefused>> {
        let Credentials { username, password } = body.0;
        let pair = self.accounts.log_in(username, password, from.0).await?;
        AccessRecord::note_user(request, pair.user);
        Ok(Json(pair.into()))
    }

    /// Refresh tokens
    ///
    /// Exchanges a refresh token for a new pair of tokens (rotation). A refresh token works once. For 20
    /// seconds it returns the same pair again, as long as the new refresh token is unused, so that two
    /// tabs may refresh at once and a lost response may be retried. Any later reuse means that the token
    /// was stolen, and revokes the whole session. A session ends 90 days after its login.
    #[oai(path = "/refresh/", method = "post", operation_id = "refreshTokens")]
    async fn refresh(
        &self,
        request: &Request,
        from: RequestNetwork,
        body: JsonBody<Refresh>,
    ) -> JsonResult<TokenPairView, Refusal<TokenRefused>> {
        let Refresh(token) = body.0;
        let pair = self.accounts.refresh(token, from.0).await?;
        AccessRecord::note_user(request, pair.user);
        Ok(Json(pair.into()))
    }

    /// Verify a token
    ///
    /// Returns 200 if the access, refresh or stream token is valid, and 401 otherwise.
    #[oai(path = "/verify/", method = "post", operation_id = "verifyToken")]
    async fn verify(&self, body: JsonBody<AnyToken>) -> JsonResult<Empty, Refusal<TokenRefused>> {
        let AnyToken(token) = body.0;
        self.accounts.verify(token).await?;
        Ok(Json(Empty {}))
    }

    /// Log out
    ///
    /// Revokes the session of a refresh token: within seconds, its access tokens are refused and its
    /// streams end.
    #[oai(path = "/blacklist/", method = "post", operation_id = "logOut")]
    async fn log_out(&self, body: JsonBody<Refresh>) -> JsonResult<Empty, Refusal<TokenRefused>> {
        let Refresh(token) = body.0;
        self.accounts.log_out(token).await?;
        Ok(Json(Empty {}))
    }

    /// Create a stream token
    ///
    /// Returns a token that only opens streams, for use in URLs, because `EventSource` cannot send headers.
    /// It may be used repeatedly, and ends with its session at the latest.
    #[expect(clippy::unused_async, reason = "every operation is async")]
    #[oai(path = "/stream/", method = "post", operation_id = "createStreamToken")]
    async fn stream_token(&self, caller: SignedIn) -> JsonResult<StreamTokenView> {
        let IssuedToken { token, expires_in } = self.accounts.stream_token(&caller.0)?;
        Ok(Json(StreamTokenView { token, expires_in }))
    }
}
