//! Schemas of parameters, and the readers of their values.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use leopard_core::domain::account::SearchTerms;
use leopard_core::domain::field::FieldError;
use leopard_core::domain::idempotency::KeyName;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter;
use leopard_core::domain::text::check_text;
use leopard_core::domain::timestamp;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::Value;

use crate::framework::payload::{Choice, FieldValue, Name, inline, text_schema};

/// The schema of a parameter.
pub(crate) trait Shape: Send + Sync + 'static {
    /// Whether the parameter may come several times; the texts are then joined by commas.
    const IS_LIST: bool = false;

    fn schema() -> MetaSchemaRef;

    /// Registers what the schema refers to.
    fn register(_: &mut Registry) {}
}

/// A query parameter with a value. The operation reads it, so that it reports the errors of all parameters at
/// once.
pub(crate) trait Readable: Shape {
    type Value;

    /// Reads a text that is not empty.
    fn read(text: &str) -> Result<Self::Value, FieldError>;
}

/// Declares shapes with schemas that have no names, and the readers of their values.
macro_rules! shapes {
    ($(
        $(#[doc = $doc:literal])*
        $shape:ident $(reads $value:ty, with $read:expr)? => $schema:expr;
    )+) => {$(
        $(#[doc = $doc])*
        pub(crate) struct $shape;

        impl Shape for $shape {
            fn schema() -> MetaSchemaRef {
                inline($schema)
            }
        }

        $(impl Readable for $shape {
            type Value = $value;

            fn read(text: &str) -> Result<$value, FieldError> {
                $read(text)
            }
        })?
    )+};
}

shapes! {
    PageNumber => MetaSchema {
        minimum: Some(1.0),
        description: Some("Number of the page, from 1."),
        ..integer(1)
    };
    PageSize => MetaSchema {
        minimum: Some(1.0),
        maximum: Some(MOST_ITEMS),
        description: Some("Items per page, from 1 to 100; other sizes are clamped, not refused."),
        ..integer(PageRequest::DEFAULT_SIZE)
    };
    DefaultFalse reads bool, with read_boolean => boolean(false);
    DefaultTrue reads bool, with read_boolean => boolean(true);
    /// Words to find users.
    SearchText reads Option<SearchTerms>, with SearchTerms::parse => text_schema(None, SearchTerms::MAX);
    /// Text to find in the titles and details of tasks.
    TaskSearch reads Option<filter::SearchText>, with filter::SearchText::new => text_schema(None, filter::SearchText::MAX);
    Time reads DateTime<Utc>, with timestamp::parse => MetaSchema::new_with_format("string", "date-time");
    Integer reads i64, with read_integer => MetaSchema::new_with_format("integer", "int64");
    Days reads u32, with read_days => MetaSchema {
        minimum: Some(1.0),
        maximum: Some(Self::MAX.into()),
        ..integer(Self::DEFAULT)
    };
    /// A text that is compared with stored ones.
    Text reads String, with read_text => text_schema(None, Self::MAX);
    /// Entity tags (RFC 9110, section 8.8.3). Like keys, they have no example: Swagger UI would send it.
    EntityTags => MetaSchema::new("string");
    KeyText => MetaSchema {
        pattern: Some("^[ -~]*$".to_owned()),
        ..text_schema(None, KeyName::MAX)
    };
    Cursor => MetaSchema::new("string");
    Token => MetaSchema::new("string");
}

#[expect(clippy::cast_precision_loss, reason = "the number is small")]
const MOST_ITEMS: f64 = PageRequest::MAX_SIZE as f64;

impl Days {
    pub(crate) const DEFAULT: u32 = 3;
    pub(crate) const MAX: u32 = 365;
}

impl Text {
    pub(crate) const MAX: usize = 200;
}

fn read_boolean(text: &str) -> Result<bool, FieldError> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(FieldError::NotABoolean),
    }
}

fn read_integer(text: &str) -> Result<i64, FieldError> {
    text.parse().map_err(|_| FieldError::NotAnInteger)
}

fn read_days(text: &str) -> Result<u32, FieldError> {
    let most = i64::from(Days::MAX);
    match read_integer(text)? {
        ..1 => Err(FieldError::TooSmall(1)),
        days if days > most => Err(FieldError::TooGreat(most)),
        days => u32::try_from(days).map_err(|_| FieldError::TooGreat(most)),
    }
}

fn read_text(text: &str) -> Result<String, FieldError> {
    check_text(text, Text::MAX)?;
    Ok(text.to_owned())
}

fn integer(default: impl Into<Value>) -> MetaSchema {
    MetaSchema { default: Some(default.into()), ..MetaSchema::new_with_format("integer", "int64") }
}

fn boolean(default: bool) -> MetaSchema {
    MetaSchema { default: Some(default.into()), ..MetaSchema::new("boolean") }
}

impl<T: Choice> Shape for Name<T> {
    fn schema() -> MetaSchemaRef {
        Self::schema_ref()
    }

    fn register(registry: &mut Registry) {
        <Self as Type>::register(registry);
    }
}

impl<T: Choice + FieldValue> Readable for Name<T> {
    type Value = T;

    fn read(text: &str) -> Result<T, FieldError> {
        T::read(text.into())
    }
}

/// Values that are separated by commas.
pub(crate) struct Several<S>(PhantomData<S>);

impl<S: Shape> Shape for Several<S> {
    const IS_LIST: bool = true;

    fn schema() -> MetaSchemaRef {
        inline(MetaSchema { items: Some(Box::new(S::schema())), ..MetaSchema::new("array") })
    }

    fn register(registry: &mut Registry) {
        S::register(registry);
    }
}

impl<S: Readable> Readable for Several<S> {
    type Value = Vec<S::Value>;

    fn read(text: &str) -> Result<Self::Value, FieldError> {
        text.split(',').map(S::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boolean_accepts_four_spellings_in_any_case() {
        for (text, value) in [("TRUE", true), ("1", true), ("False", false), ("0", false)] {
            assert_eq!(read_boolean(text), Ok(value), "{text}");
        }
        assert_eq!(read_boolean("yes"), Err(FieldError::NotABoolean));
    }

    #[test]
    fn integer_has_64_bits() {
        assert_eq!(read_integer("-7"), Ok(-7));
        assert_eq!(read_integer("9223372036854775808"), Err(FieldError::NotAnInteger));
    }

    #[test]
    fn number_of_days_is_bounded() {
        assert_eq!(["1", "365"].map(read_days), [Ok(1), Ok(365)]);
        assert_eq!(read_days("0"), Err(FieldError::TooSmall(1)));
        for large in ["366", "9223372036854775807"] {
            assert_eq!(read_days(large), Err(FieldError::TooGreat(365)), "{large}");
        }
    }
}
