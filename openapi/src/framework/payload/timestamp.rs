use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Timelike, Utc};
use leopard_core::domain::timestamp;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A time as it is written: RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timestamp(String);

impl Timestamp {
    /// With microseconds where there are any.
    pub(crate) fn of(at: DateTime<Utc>) -> Self {
        if at.nanosecond() / 1_000 == 0 {
            Self(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        } else {
            Self::exact(at)
        }
    }

    /// With microseconds, always.
    pub(crate) fn exact(at: DateTime<Utc>) -> Self {
        Self(at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Type for Timestamp {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "date-time")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Timestamp {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let at = value.as_ref().and_then(Value::as_str);
        let at = at.and_then(|text| timestamp::parse(text).ok());
        at.map(Self::of)
            .ok_or_else(|| ParseError::custom("no time"))
    }
}

impl ToJSON for Timestamp {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}
