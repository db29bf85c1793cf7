//! Values of request bodies. Their bounds in the document are the constants that their readers use.

use chrono::{DateTime, Utc};
use leopard_core::domain::field::FieldError;
use leopard_core::domain::id::{ApiKeyId, CommentId, NotificationId, TaskId, UserId};
use leopard_core::domain::text::Text;
use leopard_core::domain::timestamp;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::Value;

use super::type_name;

/// A kind of value in a request body: its schema and its reader.
pub(crate) trait FieldValue: Sized {
    /// The schema, with every bound that [`FieldValue::read`] checks.
    fn schema() -> MetaSchemaRef;

    /// Registers the schemas that [`FieldValue::schema`] refers to.
    fn register(_: &mut Registry) {}

    /// Reads a value other than null.
    fn read(value: Value) -> Result<Self, FieldError>;
}

/// A schema without a name, written where it is used.
pub(crate) fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

/// A text that is not blank. No pattern says that texts have no U+0000: generators of several languages fail at
/// escapes in patterns, and browsers show them.
const NOT_BLANK: &str = r"\S";

/// The schema of a text with these numbers of characters; one with a minimum is not blank either.
pub(crate) fn text_schema(min: Option<usize>, max: usize) -> MetaSchema {
    MetaSchema {
        min_length: min,
        max_length: Some(max),
        pattern: min.map(|_| NOT_BLANK.to_owned()),
        ..MetaSchema::new("string")
    }
}

/// The schema of an array of such elements.
pub(crate) fn array_schema(items: MetaSchemaRef, min: Option<usize>, max: usize) -> MetaSchemaRef {
    inline(MetaSchema {
        items: Some(Box::new(items)),
        min_items: min,
        max_items: Some(max),
        ..MetaSchema::new("array")
    })
}

impl<const MAX: usize, const MAY_BE_BLANK: bool> FieldValue for Text<MAX, MAY_BE_BLANK> {
    fn schema() -> MetaSchemaRef {
        inline(text_schema((!MAY_BE_BLANK).then_some(1), MAX))
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        Self::new(String::read(value)?)
    }
}

impl FieldValue for String {
    fn schema() -> MetaSchemaRef {
        Self::schema_ref()
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(FieldError::NotAString),
        }
    }
}

impl FieldValue for i64 {
    fn schema() -> MetaSchemaRef {
        Self::schema_ref()
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        value.as_i64().ok_or(FieldError::NotAnInteger)
    }
}

impl FieldValue for bool {
    fn schema() -> MetaSchemaRef {
        Self::schema_ref()
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        value.as_bool().ok_or(FieldError::NotABoolean)
    }
}

impl FieldValue for DateTime<Utc> {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema::new_with_format("string", "date-time"))
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        timestamp::parse(value.as_str().ok_or(FieldError::NotADatetime)?)
    }
}

/// An id, with the description that it has as a parameter.
pub(crate) trait RecordId: FieldValue + Send {
    const DESCRIPTION: &'static str;
}

macro_rules! ids {
    ($($id:ident: $description:literal,)+) => {$(
        impl FieldValue for $id {
            fn schema() -> MetaSchemaRef {
                i64::schema()
            }

            fn read(value: Value) -> Result<Self, FieldError> {
                i64::read(value).map(Self)
            }
        }

        impl RecordId for $id {
            const DESCRIPTION: &'static str = $description;
        }
    )+};
}

ids! {
    TaskId: "Id of the task.",
    CommentId: "Id of the comment.",
    NotificationId: "Id of the notification.",
    UserId: "Id of the user.",
    ApiKeyId: "Id of the API key.",
}

pub(crate) struct List<T, const MAX: usize>(pub(crate) Vec<T>);

impl<T: FieldValue, const MAX: usize> FieldValue for List<T, MAX> {
    fn schema() -> MetaSchemaRef {
        array_schema(T::schema(), None, MAX)
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        elements(value, MAX, T::read).map(Self)
    }
}

/// The elements of a list of at most `max`; the first error of an element is that of the list.
pub(crate) fn elements<T>(
    value: Value,
    max: usize,
    read: impl Fn(Value) -> Result<T, FieldError>,
) -> Result<Vec<T>, FieldError> {
    match value {
        Value::Array(elements) if elements.len() > max => Err(FieldError::TooMany(max)),
        Value::Array(elements) => elements.into_iter().map(read).collect(),
        other => Err(FieldError::NotAList(type_name(&other))),
    }
}
