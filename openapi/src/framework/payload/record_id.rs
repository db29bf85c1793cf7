use std::borrow::Cow;

use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::{ParseError, ParseFromParameter, ParseResult, Type};

/// An id in a path. What is no id names nothing: that is a 404, not a 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordId(pub(crate) i64);

impl Type for RecordId {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "RecordId".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        i64::schema_ref()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for RecordId {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        let id = value.parse().ok().filter(|_| is_number);
        id.map(Self).ok_or_else(|| ParseError::custom("no id"))
    }
}
