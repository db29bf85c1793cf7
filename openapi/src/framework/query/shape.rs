//! What the document says of a parameter.

use leopard_core::domain::account::SearchTerms;
use leopard_core::domain::idempotency::KeyName;
use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;

use crate::framework::document::KEPT;
use crate::notifications::NotificationTypeName;

/// The schema of a parameter; what arrives is checked by the operation, so that every fault of
/// every parameter is told at once.
pub(crate) trait Shape: Send + Sync + 'static {
    /// The schema.
    fn schema() -> MetaSchemaRef;

    /// Registers what the schema refers to.
    fn register(_: &mut Registry) {}
}

fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

/// Which page, from 1.
pub(crate) struct PageNumber;

impl Shape for PageNumber {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            minimum: Some(1.0),
            default: Some(1.into()),
            ..MetaSchema::new_with_format("integer", "int64")
        })
    }
}

/// Elements on a page. It has no bounds: what is beyond them is clamped, not refused.
pub(crate) struct PageSize;

impl Shape for PageSize {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            default: Some(PageRequest::DEFAULT_SIZE.into()),
            ..MetaSchema::new_with_format("integer", "int64")
        })
    }
}

/// True or false, false by default.
pub(crate) struct DefaultFalse;

impl Shape for DefaultFalse {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            default: Some(false.into()),
            ..MetaSchema::new("boolean")
        })
    }
}

/// True or false, true by default.
pub(crate) struct DefaultTrue;

impl Shape for DefaultTrue {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            default: Some(true.into()),
            ..MetaSchema::new("boolean")
        })
    }
}

/// What somebody types to find users.
pub(crate) struct SearchText;

impl Shape for SearchText {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            max_length: Some(SearchTerms::MAX),
            pattern: Some(KEPT.to_owned()),
            ..MetaSchema::new("string")
        })
    }
}

/// Text to find inside the titles and details of tasks.
pub(crate) struct TaskSearch;

impl Shape for TaskSearch {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            max_length: Some(filter::SearchText::MAX),
            pattern: Some(KEPT.to_owned()),
            ..MetaSchema::new("string")
        })
    }
}

/// Any whole number.
pub(crate) struct Integer;

impl Shape for Integer {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema::new_with_format("integer", "int64"))
    }
}

/// A number of days from now on.
pub(crate) struct Days;

impl Days {
    pub(crate) const DEFAULT: u32 = 3;
    pub(crate) const MAX: u32 = 365;
}

impl Shape for Days {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            minimum: Some(1.0),
            maximum: Some(Self::MAX.into()),
            default: Some(Self::DEFAULT.into()),
            ..MetaSchema::new_with_format("integer", "int64")
        })
    }
}

/// A word that is compared with what is kept.
pub(crate) struct Text;

impl Text {
    pub(crate) const MAX: usize = 200;
}

impl Shape for Text {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            max_length: Some(Self::MAX),
            pattern: Some(KEPT.to_owned()),
            ..MetaSchema::new("string")
        })
    }
}

/// Versions of something, as RFC 9110 writes them (section 8.8.3).
pub(crate) struct EntityTags;

impl Shape for EntityTags {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            example: Some("\"3\"".into()),
            ..MetaSchema::new("string")
        })
    }
}

/// The name of a request that may come again.
pub(crate) struct KeyText;

impl Shape for KeyText {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            max_length: Some(KeyName::MAX),
            pattern: Some("^[ -~]*$".to_owned()),
            example: Some("4f9c2d1e-8a7b-4c3d-9e0f-1a2b3c4d5e6f".into()),
            ..MetaSchema::new("string")
        })
    }
}

/// The `id` of an event.
pub(crate) struct Cursor;

impl Shape for Cursor {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema::new("string"))
    }
}

/// A signed token.
pub(crate) struct Token;

impl Shape for Token {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema::new("string"))
    }
}

impl Shape for NotificationType {
    fn schema() -> MetaSchemaRef {
        NotificationTypeName::schema_ref()
    }

    fn register(registry: &mut Registry) {
        NotificationTypeName::register(registry);
    }
}
