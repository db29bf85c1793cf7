//! Authentication: the token of a request, and its caller.

use std::marker::PhantomData;
use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::access::{KeyAccess, may_call};
use leopard_core::domain::account::Scope;
use leopard_core::service::accounts::{Accounts, Caller};
use poem::http::header::AUTHORIZATION;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::http::access_record::AccessRecord;
use crate::http::forwarded::client_network;
use crate::http::quota::Quotas;
use crate::http::response_memory::CallerSlot;
use crate::problem::Problem;

pub(crate) const BEARER: &str = "bearerAuth";
pub(crate) const API_KEY: &str = "apiKeyAuth";

/// The caller, by an access token or an API key in the `Authorization` header. It is the first argument of an
/// operation, so that an unauthenticated request learns nothing about its body. The type says who may call the
/// operation; other callers get a 403 before the rest of the request is read.
pub(crate) struct Authenticated<R>(pub(crate) Caller, PhantomData<R>);

/// The callers that an operation accepts.
pub(crate) trait Rule: Send + Sync {
    const NEEDS_STAFF: bool = false;
    const KEYS: KeyAccess;
}

/// Declares rules: whether an operation needs staff, and which API keys it accepts.
macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $callers:ident, $rule:ident = $staff:literal, $keys:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) type $callers = Authenticated<$rule>;

        pub(crate) struct $rule;

        impl Rule for $rule {
            const NEEDS_STAFF: bool = $staff;
            const KEYS: KeyAccess = $keys;
        }
    )+};
}

rules! {
    /// Every user, but no API key.
    SignedIn, NoKeys = false, KeyAccess::Refused;
    /// Staff, but no API key.
    Staff, StaffWithoutKeys = true, KeyAccess::Refused;
    /// Every user, with every API key.
    Anyone, AnyKey = false, KeyAccess::Any;
    /// Every user, for their own notifications.
    NotificationReader, ReadsNotifications = false, KeyAccess::With(Scope::NotificationsRead);
    /// Staff, and every API key with the scope.
    NotificationSender, SendsNotifications = true, KeyAccess::With(Scope::NotificationsSend);
    /// Every user, to read tasks.
    TaskReader, ReadsTasks = false, KeyAccess::With(Scope::TasksRead);
    /// Every user, to change tasks.
    TaskWriter, WritesTasks = false, KeyAccess::With(Scope::TasksWrite);
    /// Every user, to read the directory.
    UserReader, ReadsUsers = false, KeyAccess::With(Scope::UsersRead);
    /// Staff, to read accounts.
    AccountReader, ReadsAccounts = true, KeyAccess::With(Scope::UsersRead);
    /// Staff, and every API key with the scope, to create and edit users.
    UserWriter, WritesUsers = true, KeyAccess::With(Scope::UsersWrite);
    /// Staff, and every API key with the scope, to issue tokens for users.
    TokenGranter, GrantsTokens = true, KeyAccess::With(Scope::TokensIssue);
}

impl<'a, R: Rule> ApiExtractor<'a> for Authenticated<R> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_bearer(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        schemes(R::KEYS)
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let accounts = request.data::<Arc<Accounts>>().cloned();
        let accounts = accounts.ok_or_else(|| Problem::internal("no accounts service".into()))?;
        let token = bearer_token(request).map_err(Problem::from)?;
        let caller = accounts.authenticate_header(token, client_network(request)).await;
        Quotas::note_requests(request, &accounts, &caller);
        let caller = caller.map_err(Problem::from)?;
        AccessRecord::note_user(request, caller.user.id);
        CallerSlot::identify(request, caller.user.id);
        may_call(&caller.user, caller.scopes.as_ref(), R::NEEDS_STAFF, R::KEYS)
            .map_err(Problem::from)?;
        Ok(Self(caller, PhantomData))
    }
}

/// The token of the `Authorization` header, if it is one of the `Bearer` scheme.
pub(crate) fn bearer_token(request: &Request) -> Result<Option<String>, Failure> {
    let mut headers = request.headers().get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        // A proxy may have checked another one than we would.
        return Err(Failure::TokenNotValid);
    }
    let text = header.to_str().map_err(|_| Failure::TokenNotValid)?;
    let mut words = text.split_ascii_whitespace();
    if !words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("Bearer")) {
        return Ok(None);
    }
    match (words.next(), words.next()) {
        (None, _) => Ok(None),
        (Some(token), None) => Ok(Some(token.to_owned())),
        (Some(_), Some(_)) => Err(Failure::TokenNotValid),
    }
}

/// The schemes of an operation with this rule for API keys.
pub(crate) fn schemes(keys: KeyAccess) -> Vec<&'static str> {
    match keys {
        KeyAccess::Refused => vec![BEARER],
        KeyAccess::Any => vec![BEARER, API_KEY],
        // The finished document has the scope beside the requirements.
        KeyAccess::With(scope) => vec![BEARER, API_KEY, scope.as_str()],
    }
}

/// Adds the schemes of [`bearer_token`] to the document.
pub(crate) fn register_bearer(registry: &mut Registry) {
    registry.create_security_scheme(
        API_KEY,
        MetaSecurityScheme {
            ty: "http",
            description: Some("An API key, `lpk_…`, of `POST /api/v1/users/me/keys/`."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("lpk"),
            flows: None,
            openid_connect_url: None,
        },
    );
    registry.create_security_scheme(
        BEARER,
        MetaSecurityScheme {
            ty: "http",
            description: Some("The `access` token of `POST /api/token/`."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("JWT"),
            flows: None,
            openid_connect_url: None,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_token_is_the_single_token_after_the_scheme() {
        let read =
            |value: &str| bearer_token(&Request::builder().header(AUTHORIZATION, value).finish());
        assert_eq!(read("Bearer abc"), Ok(Some("abc".to_owned())));
        assert_eq!(read("bearer  abc "), Ok(Some("abc".to_owned())));
        assert_eq!(read("Basic abc"), Ok(None));
        assert_eq!(read("Bearer"), Ok(None));
        assert_eq!(read("Bearer a b"), Err(Failure::TokenNotValid));
        assert_eq!(bearer_token(&Request::default()), Ok(None));
        let twice = Request::builder()
            .header(AUTHORIZATION, "Bearer abc")
            .header(AUTHORIZATION, "Bearer abc");
        assert_eq!(bearer_token(&twice.finish()), Err(Failure::TokenNotValid));
    }
}
