use leopard_core::Failure;
use leopard_core::domain::access::{KeyAccess, may_call};
use leopard_core::domain::account::{ClientNetwork, Scope, TokenKind};
use leopard_core::service::accounts::{Accounts, Caller};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::auth::{bearer_token, register_bearer, schemes};

const KEYS: KeyAccess = KeyAccess::With(Scope::NotificationsRead);

const STREAM_TOKEN: &str = "streamToken";

pub(super) struct StreamCredentials(Result<Option<String>, Failure>);

impl StreamCredentials {
    /// The caller who opens the stream. The query's token takes precedence over the header, valid or not, because
    /// `EventSource` cannot send headers. A stream token is accepted in the query only, an API key in the header
    /// only.
    pub(super) async fn caller(
        self,
        query: Option<&str>,
        accounts: &Accounts,
        client: ClientNetwork,
    ) -> Result<Caller, Failure> {
        if let Some(token) = query {
            let kinds = [TokenKind::Access, TokenKind::Stream];
            return accounts.authenticate(Some(token.to_owned()), &kinds).await;
        }
        let caller = accounts.authenticate_header(self.0?, client).await?;
        may_call(&caller.user, caller.scopes.as_ref(), false, KEYS)?;
        Ok(caller)
    }
}

impl<'a> ApiExtractor<'a> for StreamCredentials {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_bearer(registry);
        registry.create_security_scheme(
            STREAM_TOKEN,
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(
                    "The `token` of `POST /api/token/stream/` (or an access token), for clients \
                     that cannot send headers, such as `EventSource`. It beats the header.",
                ),
                name: Some("token"),
                key_in: Some("query"),
                scheme: None,
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        let mut all = schemes(KEYS);
        all.push(STREAM_TOKEN);
        all
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(bearer_token(request)))
    }
}
