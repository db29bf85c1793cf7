//! The `Idempotency-Key` of requests, and the mark of responses to retries.

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::idempotency::{KeyName, Outcome, RequestKey};
use poem::http::HeaderValue;
use poem::{Body, Request, RequestBody};
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::Type;

use crate::framework::header::{Header, RequestHeader, ResponseHeader, WithHeader};
use crate::framework::query::shape::KeyText;
use crate::problem::Problem;

const HEADER: &str = "Idempotency-Key";

/// The idempotency key with the body; an operation reads it before the body.
pub(crate) type IdempotencyKey = Header<Option<RequestKey>>;

impl RequestHeader for Option<RequestKey> {
    type Shape = KeyText;
    const DESCRIPTION: Option<&'static str> = Some(
        "Unique key, such as a UUID, that makes retries safe for 24 hours: a retry creates nothing and returns what \
         the first request created, as it is now.",
    );

    async fn read(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let Some(name) = name(request)? else {
            return Ok(None);
        };
        let bytes = body.take()?.into_bytes().await?;
        *body = RequestBody::new(Body::from_bytes(bytes.clone()));
        let body = bytes.into();
        Ok(Some(RequestKey { name, body }))
    }
}

/// The key in the header; an empty key is the same as none. Several headers are one list, because a proxy may
/// split or join them (RFC 9110, section 5.3).
fn name(request: &Request) -> Result<Option<KeyName>, Problem> {
    let values = request.headers().get_all(HEADER).into_iter();
    let values: Vec<_> = values.map(HeaderValue::as_bytes).collect();
    let value = values.join(&b", "[..]);
    if value.is_empty() {
        return Ok(None);
    }
    let name = KeyName::new(String::from_utf8_lossy(&value).into_owned());
    let name = name.map_err(|error| Problem::invalid(FieldErrors::of(HEADER, error)))?;
    Ok(Some(name))
}

/// A response with a header that marks retries.
pub(crate) type MaybeReplayed<R> = WithHeader<Replayed, R>;

pub(crate) struct Replayed;

impl ResponseHeader for Replayed {
    const NAME: &'static str = "Idempotent-Replayed";
    const DESCRIPTION: &'static str = "`true` if this is a retry, which created nothing.";
    const IS_ALWAYS_THERE: bool = false;

    fn schema() -> MetaSchemaRef {
        bool::schema_ref()
    }
}

impl<R> MaybeReplayed<R> {
    /// The response to a creation.
    pub(crate) fn of<T>(outcome: Outcome<T>, show: impl FnOnce(T) -> R) -> Self {
        let is_replayed = outcome.is_replayed();
        let value = is_replayed.then(|| HeaderValue::from_static("true"));
        Self::new(show(outcome.into_value()), value)
    }
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::field::FieldError;

    use super::*;

    fn named(value: &[u8]) -> Result<Option<String>, Problem> {
        let value = HeaderValue::from_bytes(value).unwrap();
        let name = name(&Request::builder().header(HEADER, value).finish())?;
        Ok(name.map(|name| name.as_str().to_owned()))
    }

    #[test]
    fn request_without_the_header_has_no_key() {
        assert_eq!(name(&Request::default()), Ok(None));
        assert_eq!(named(b""), Ok(None));
        assert_eq!(named(b"once"), Ok(Some("once".to_owned())));
    }

    #[test]
    fn several_headers_are_joined_into_one_key() {
        let request = Request::builder().header(HEADER, "a").header(HEADER, "b");
        let name = name(&request.finish()).unwrap();
        assert_eq!(name, KeyName::new("a, b".to_owned()).ok());
    }

    #[test]
    fn invalid_key_is_an_error_of_the_header() {
        let refused = |error| Err(Problem::invalid(FieldErrors::of(HEADER, error)));
        assert_eq!(named(&[b'x'; 256]), refused(FieldError::TooLong(255)));
        for bad in [&b"a\tb"[..], b"sch\xc3\xb6n", b"\xff"] {
            assert_eq!(named(bad), refused(FieldError::NotPrintable), "{bad:?}");
        }
    }
}
