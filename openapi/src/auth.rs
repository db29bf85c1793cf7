//! Authentication: the token of a request, and its caller.

use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::access::may_administer;
use leopard_core::domain::account::TokenKind;
use leopard_core::service::accounts::{Accounts, Caller};
use poem::http::header::AUTHORIZATION;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::http::access_record::AccessRecord;
use crate::http::quota::Quotas;
use crate::http::response_memory::CallerSlot;
use crate::problem::Problem;

pub(crate) const BEARER: &str = "bearerAuth";

/// The caller, by an access token in the `Authorization` header. It is the first argument of an
/// operation, so that an unauthenticated request learns nothing about its body.
pub(crate) struct Authenticated<const IS_STAFF: bool>(pub(crate) Caller);

pub(crate) type SignedIn = Authenticated<false>;

/// A caller who is staff. Other callers get a 403 before the rest of the request is read.
pub(crate) type Staff = Authenticated<true>;

impl<'a, const IS_STAFF: bool> ApiExtractor<'a> for Authenticated<IS_STAFF> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_bearer(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![BEARER]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let accounts = request.data::<Arc<Accounts>>().cloned();
        let accounts = accounts.ok_or_else(|| Problem::internal("no accounts service".into()))?;
        let token = bearer_token(request).map_err(Problem::from)?;
        let caller = accounts.authenticate(token, &[TokenKind::Access]).await;
        Quotas::note_requests(request, &accounts, &caller);
        let caller = caller.map_err(Problem::from)?;
        AccessRecord::note_user(request, caller.user.id);
        CallerSlot::identify(request, caller.user.id);
        if IS_STAFF {
            may_administer(&caller.user).map_err(Problem::from)?;
        }
        Ok(Self(caller))
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

/// Adds the scheme of [`bearer_token`] to the document.
pub(crate) fn register_bearer(registry: &mut Registry) {
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
