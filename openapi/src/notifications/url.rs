use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::NotificationUrl;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::Value;

use crate::framework::payload::{FieldValue, inline};

/// What [`NotificationUrl::new`] accepts.
const PATTERN: &str = concat!(
    r"^([Hh][Tt][Tt][Pp][Ss]?://[^/?#\\\u0000-\u001f\u007f-\u009f][^\\\u0000-\u001f\u007f-\u009f]*",
    r"|/([^/\\\u0000-\u001f\u007f-\u009f][^\\\u0000-\u001f\u007f-\u009f]*)?)$"
);

impl FieldValue for NotificationUrl {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            max_length: Some(Self::MAX),
            pattern: Some(PATTERN.to_owned()),
            ..MetaSchema::new("string")
        })
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        Self::new(String::read(value)?)
    }
}
