//! Requests that may come again (the `Idempotency-Key` header): what they are named by, and what
//! their answers say.

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::idempotency::{KeyName, Made, RequestKey};
use poem::http::HeaderValue;
use poem::{Body, IntoResponse, Request, RequestBody, Response};
use poem_openapi::registry::{MetaHeader, MetaParamIn, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions};

use crate::problem::Problem;
use crate::query::shape::{KeyText, Shape};

const HEADER: &str = "Idempotency-Key";
const REPLAYED: &str = "Idempotent-Replayed";

/// What the request says of itself that it may come again; it stands before the body.
pub(crate) struct IdempotencyKey(pub(crate) Option<RequestKey>);

impl<'a> ApiExtractor<'a> for IdempotencyKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(KeyText::schema())
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let Some(name) = name(request)? else {
            return Ok(Self(None));
        };
        let bytes = body.take()?.into_bytes().await?;
        *body = RequestBody::new(Body::from_bytes(bytes.clone()));
        let body = bytes.into();
        Ok(Self(Some(RequestKey { name, body })))
    }
}

/// The name in the header; an empty one is none. Several are one, as whatever stands before the
/// server may write them (RFC 9110, section 5.3).
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

/// An answer that says whether its request came before.
pub(crate) struct MaybeReplayed<R> {
    answer: R,
    is_replayed: bool,
}

impl<R> MaybeReplayed<R> {
    /// What was made, as it is shown.
    pub(crate) fn of<T>(made: Made<T>, show: impl FnOnce(T) -> R) -> Self {
        Self {
            answer: show(made.value),
            is_replayed: made.is_replayed,
        }
    }
}

impl<R: IntoResponse> IntoResponse for MaybeReplayed<R> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        if self.is_replayed {
            let headers = response.headers_mut();
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

impl<R: ApiResponse> ApiResponse for MaybeReplayed<R> {
    fn meta() -> MetaResponses {
        let mut meta = R::meta();
        for response in &mut meta.responses {
            let description =
                "`true` where the same request came before, and nothing was made now.";
            response.headers.push(MetaHeader {
                name: REPLAYED.to_owned(),
                description: Some(description.to_owned()),
                required: false,
                deprecated: false,
                schema: bool::schema_ref(),
            });
        }
        meta
    }

    fn register(registry: &mut Registry) {
        R::register(registry);
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
    fn a_request_without_a_name_has_no_key() {
        assert_eq!(name(&Request::default()), Ok(None));
        assert_eq!(named(b""), Ok(None));
        assert_eq!(named(b"once"), Ok(Some("once".to_owned())));
    }

    #[test]
    fn several_headers_are_one_name() {
        let request = Request::builder().header(HEADER, "a").header(HEADER, "b");
        let name = name(&request.finish()).unwrap();
        assert_eq!(name, KeyName::new("a, b".to_owned()).ok());
    }

    #[test]
    fn a_name_that_cannot_be_kept_is_a_fault_of_the_header() {
        let refused = |error| Err(Problem::invalid(FieldErrors::of(HEADER, error)));
        assert_eq!(named(&[b'x'; 256]), refused(FieldError::TooLong(255)));
        for bad in [&b"a\tb"[..], b"sch\xc3\xb6n", b"\xff"] {
            assert_eq!(named(bad), refused(FieldError::NotPrintable), "{bad:?}");
        }
    }
}
