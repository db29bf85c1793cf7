use std::collections::BTreeMap;

use leopard_core::domain::field::FieldErrors;
use poem::http::header::CONTENT_TYPE;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;
use serde_json::value::RawValue;

use super::fields::{Fields, type_name};
use crate::problem::Problem;

/// What an operation wants to be told.
pub(crate) trait ReadBody: Sized + Send {
    /// What the document says of it.
    type Shape: Type;

    /// Reads it; every fault of every field is told at once.
    fn read(fields: &mut Fields) -> Result<Self, FieldErrors>;
}

/// A JSON object in the body of a request.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<'a, T: ReadBody> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::Shape::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::Shape::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = <Vec<u8> as FromRequest<'_>>::from_request(request, body).await?;
        let declared = request.headers().get(CONTENT_TYPE);
        let is_absent = declared.is_none() && bytes.is_empty();
        if !is_absent && !declared.is_some_and(|value| is_json(value.as_bytes())) {
            return Err(Problem::unsupported_media_type().into());
        }
        Ok(Self(read(&bytes)?))
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let kind = content_type.split(|byte| *byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

fn read<T: ReadBody>(bytes: &[u8]) -> Result<T, Problem> {
    let value = value(bytes).map_err(|_| Problem::parse_error())?;
    let members = match value {
        Value::Object(members) => members,
        other => return Err(Problem::not_an_object(type_name(&other))),
    };
    T::read(&mut Fields::of(members)).map_err(Problem::invalid)
}

/// The value of a JSON text. A number that nothing here can hold is still a number, and a fault of
/// its member.
fn value(text: &[u8]) -> serde_json::Result<Value> {
    match serde_json::from_slice(text) {
        Err(error) if is_out_of_range(&error) && text.trim_ascii_start().starts_with(b"{") => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_slice(text)?;
            let members = members.into_iter();
            members
                .map(|(name, raw)| Ok((name, member(raw)?)))
                .collect()
        }
        outcome => outcome,
    }
}

/// The value of a member, where such a number stands as one that no field takes. One inside of an
/// object is no fault of a member: what is kept there is kept as it came, or not at all.
fn member(raw: &RawValue) -> serde_json::Result<Value> {
    match serde_json::from_str(raw.get()) {
        Err(error) if is_out_of_range(&error) => match raw.get().as_bytes() {
            [b'{', ..] => Err(error),
            [b'[', ..] => {
                let elements: Vec<&RawValue> = serde_json::from_str(raw.get())?;
                elements.into_iter().map(member).collect()
            }
            _ => Ok(f64::MAX.into()),
        },
        outcome => outcome,
    }
}

fn is_out_of_range(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nothing_holds_is_a_number() {
        let digits = "9".repeat(400);
        for huge in ["1e999", "-1e999", &digits] {
            let text = format!(r#" {{"a": {huge}, "b": ["x", [{huge}]], "a\u0062": {{}}}}"#);
            let read = value(text.as_bytes()).unwrap();
            assert!(read["a"].is_f64() && read["b"][1][0].is_f64(), "{read}");
            assert_eq!(read["b"][0], "x");
            assert_eq!(read["ab"], serde_json::json!({}));
        }
        let surrogate = r#"{"a": 1e999, "b": "\ud800"}"#;
        let inside = r#"{"a": [{"b": 1e999}]}"#;
        for broken in [r#"{"a": 1e999"#, surrogate, r#"{"a": [1e999, }"#, inside] {
            assert!(value(broken.as_bytes()).is_err(), "{broken}");
        }
    }

    #[test]
    fn parameters_of_the_content_type_do_not_matter() {
        for good in ["application/json", "Application/JSON ; charset=utf-8"] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonp",
            "application/problem+json",
        ] {
            assert!(!is_json(bad.as_bytes()), "{bad}");
        }
    }
}
