use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::NotificationUrl;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::Value;

use crate::framework::payload::{FieldValue, inline};

/// What [`NotificationUrl::new`] accepts, except that it reads schemes in any case and refuses control characters:
/// generators of several languages fail at escapes in patterns.
const PATTERN: &str = r"^(https?://[^/?#\\][^\\]*|/([^/\\][^\\]*)?)$";

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
