use poem::http::header::CONTENT_TYPE;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::{ReadBody, body, json_value, type_name};
use crate::http::middleware::body_limit;
use crate::problem::Problem;

/// A JSON object in the body of a request.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<'a, T: ReadBody> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        body::register::<T>(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: MetaSchemaRef::Reference(T::NAME.to_owned()),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        body_limit::check(request)?;
        let bytes = <Vec<u8> as FromRequest<'_>>::from_request(request, body).await?;
        let declared = request.headers().get(CONTENT_TYPE);
        let is_absent = declared.is_none() && bytes.is_empty();
        if !is_absent && !declared.is_some_and(|value| is_json(value.as_bytes())) {
            return Err(Problem::unsupported_media_type().into());
        }
        Ok(Self(read(bytes)?))
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let kind = content_type.split(|byte| *byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

fn read<T: ReadBody>(bytes: Vec<u8>) -> Result<T, Problem> {
    if json_value::has_too_many_values(&bytes) {
        return Err(Problem::too_many_values(json_value::MAX_VALUES));
    }
    let value = json_value::parse(bytes);
    let value = value.map_err(|error| Problem::parse_error(error.line(), error.column()))?;
    let members = match value {
        Value::Object(members) => members,
        other => return Err(Problem::not_an_object(type_name(&other))),
    };
    body::read(members).map_err(Problem::invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_content_type_may_have_parameters() {
        for good in ["application/json", "Application/JSON ; charset=utf-8"] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for bad in ["", "text/plain", "application/jsonp", "application/problem+json"] {
            assert!(!is_json(bad.as_bytes()), "{bad}");
        }
    }
}
