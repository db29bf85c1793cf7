//! Schemas of parameters.

use leopard_core::domain::account::SearchTerms;
use leopard_core::domain::idempotency::KeyName;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::Value;

use crate::framework::payload::{Choice, Name, inline, text_schema};

/// The schema of a parameter. The operation checks the values, so that it reports the errors of all
/// parameters at once.
pub(crate) trait Shape: Send + Sync + 'static {
    fn schema() -> MetaSchemaRef;

    /// Registers what the schema refers to.
    fn register(_: &mut Registry) {}
}

/// Declares shapes with schemas that have no names.
macro_rules! shapes {
    ($($(#[doc = $doc:literal])* $shape:ident => $schema:expr;)+) => {$(
        $(#[doc = $doc])*
        pub(crate) struct $shape;

        impl Shape for $shape {
            fn schema() -> MetaSchemaRef {
                inline($schema)
            }
        }
    )+};
}

shapes! {
    PageNumber => MetaSchema {
        minimum: Some(1.0),
        description: Some("Number of the page, from 1."),
        ..integer(1)
    };
    /// Items per page. It has no bounds, because other sizes are clamped and not refused.
    PageSize => MetaSchema {
        description: Some("Items per page, from 1 to 100; other sizes are clamped."),
        ..integer(PageRequest::DEFAULT_SIZE)
    };
    DefaultFalse => boolean(false);
    DefaultTrue => boolean(true);
    /// Words to find users.
    SearchText => text_schema(None, SearchTerms::MAX);
    /// Text to find in the titles and details of tasks.
    TaskSearch => text_schema(None, filter::SearchText::MAX);
    Integer => MetaSchema::new_with_format("integer", "int64");
    Days => MetaSchema { minimum: Some(1.0), maximum: Some(Self::MAX.into()), ..integer(Self::DEFAULT) };
    /// A text that is compared with stored ones.
    Text => text_schema(None, Self::MAX);
    /// Entity tags (RFC 9110, section 8.8.3).
    EntityTags => MetaSchema { example: Some("\"3\"".into()), ..MetaSchema::new("string") };
    KeyText => MetaSchema {
        pattern: Some("^[ -~]*$".to_owned()),
        example: Some("4f9c2d1e-8a7b-4c3d-9e0f-1a2b3c4d5e6f".into()),
        ..text_schema(None, KeyName::MAX)
    };
    Cursor => MetaSchema::new("string");
    Token => MetaSchema::new("string");
}

impl Days {
    pub(crate) const DEFAULT: u32 = 3;
    pub(crate) const MAX: u32 = 365;
}

impl Text {
    pub(crate) const MAX: usize = 200;
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
