use leopard_core::Failure;
use leopard_core::service::accounts::Accounts;
use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::body::{AnyToken, Credentials, Refresh};
use super::view::{Empty, StreamTokenView, TokenPairView};
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::JsonBody;
use crate::http::access_record::AccessRecord;
use crate::http::forwarded::CameFrom;
use crate::problem::{Problem, Refusal, Refusals, Refused};

pub(crate) struct TokensApi {
    pub(crate) accounts: Accounts,
}

/// The failures of a login.
struct LogInRefused;

impl Refusals for LogInRefused {
    const ALL: &'static [Refused] = &[
        Refused::own(401, "", || Failure::NoActiveAccount),
        Refused::usual(429),
    ];
}

/// The failure of a request whose body has a token.
struct TokenRefused;

impl Refusals for TokenRefused {
    const ALL: &'static [Refused] = &[Refused::own(401, "", || Failure::TokenNotValid)];
}

#[OpenApi(tag = "Tag::Tokens")]
impl TokensApi {
    /// Log in
    ///
    /// A pair of tokens for a name and its password. Attempts are counted, right or wrong: too many
    /// of them for one account, or from one address, are 429.
    #[oai(path = "/api/token/", method = "post", operation_id = "logIn")]
    async fn log_in(
        &self,
        request: &Request,
        from: CameFrom,
        body: JsonBody<Credentials>,
    ) -> Result<Json<TokenPairView>, Refusal<LogInRefused>> {
        let Credentials { username, password } = body.0;
        let pair = self.accounts.log_in(username, password, from.0).await?;
        AccessRecord::note_user(request, pair.user);
        Ok(Json(pair.into()))
    }

    /// Stay logged in
    ///
    /// The next pair for a refresh token, which is spent by that. A token that was spent less than
    /// 20 seconds ago gets the same successor again, as long as that was not used: two tabs may
    /// refresh at once, and an answer may be lost. Any other spent token that comes again was stolen:
    /// the whole login ends. 90 days after the log in no token is valid any more.
    #[oai(
        path = "/api/token/refresh/",
        method = "post",
        operation_id = "refreshTokens"
    )]
    async fn refresh(
        &self,
        request: &Request,
        from: CameFrom,
        body: JsonBody<Refresh>,
    ) -> Result<Json<TokenPairView>, Refusal<TokenRefused>> {
        let pair = self.accounts.refresh(body.0.0, from.0).await?;
        AccessRecord::note_user(request, pair.user);
        Ok(Json(pair.into()))
    }

    /// Verify a token
    ///
    /// Whether a token of any kind still counts: 200, or 401.
    #[oai(
        path = "/api/token/verify/",
        method = "post",
        operation_id = "verifyToken"
    )]
    async fn verify(&self, body: JsonBody<AnyToken>) -> Result<Json<Empty>, Refusal<TokenRefused>> {
        self.accounts.verify(body.0.0).await?;
        Ok(Json(Empty {}))
    }

    /// Log out
    ///
    /// Ends the login of a refresh token: within seconds its access tokens are refused and its
    /// streams end.
    #[oai(
        path = "/api/token/blacklist/",
        method = "post",
        operation_id = "logOut"
    )]
    async fn log_out(&self, body: JsonBody<Refresh>) -> Result<Json<Empty>, Refusal<TokenRefused>> {
        self.accounts.log_out(body.0.0).await?;
        Ok(Json(Empty {}))
    }

    /// Get a token for streams
    ///
    /// A token that opens a stream and nothing else, for URLs: `EventSource` cannot send
    /// headers. It may be used again and again, and never outlives its login.
    #[expect(clippy::unused_async, reason = "operations are async")]
    #[oai(
        path = "/api/token/stream/",
        method = "post",
        operation_id = "createStreamToken"
    )]
    async fn stream_token(&self, caller: SignedIn) -> Result<Json<StreamTokenView>, Problem> {
        Ok(Json(self.accounts.stream_token(&caller.0)?.into()))
    }
}
