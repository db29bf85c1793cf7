use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::NotificationType;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::Value;

use crate::framework::described;
use crate::framework::payload::{FieldValue, PathValue, inline, open_names, shown};
use crate::framework::query::shape::{Readable, Shape};
use crate::problem::Problem;

const SCHEMA: &str = "NotificationType";
const DESCRIPTION: &str = "Name of a notification type: 1 to 64 characters `A-Z`, `0-9` and `_`, beginning with a \
    letter. Staff define types beside the known ones. Ignore the values that you do not know: their notifications \
    have a `title` and a `message` like all others.\n";

/// The name of a notification type in a response, or in a query.
#[derive(Clone, Copy)]
pub(crate) struct TypeName(pub(crate) NotificationType);

described! {
    TypeName, SCHEMA, MetaSchemaRef::Reference(SCHEMA.to_owned()),
    json |name| name.0.as_str(),
    register |registry| registry.create_schema::<Self, _>(SCHEMA.to_owned(), |_| {
        open_names(DESCRIPTION, &NotificationType::BUILT_IN_NAMES)
    }),
}

impl FieldValue for NotificationType {
    fn schema() -> MetaSchemaRef {
        TypeName::schema_ref()
    }

    fn register(registry: &mut Registry) {
        <TypeName as Type>::register(registry);
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        match value {
            Value::String(name) => parse(&name),
            other => parse(&other.to_string()),
        }
    }
}

impl Shape for TypeName {
    fn schema() -> MetaSchemaRef {
        Self::schema_ref()
    }

    fn register(registry: &mut Registry) {
        <Self as Type>::register(registry);
    }
}

impl Readable for TypeName {
    type Value = NotificationType;

    fn read(text: &str) -> Result<NotificationType, FieldError> {
        parse(text)
    }
}

impl PathValue for NotificationType {
    const DESCRIPTION: &'static str = "Name of the type.";

    fn schema() -> MetaSchemaRef {
        let pattern = Some(Self::PATTERN.to_owned());
        inline(MetaSchema { pattern, ..MetaSchema::new("string") })
    }

    fn read(text: String) -> Result<Self, Problem> {
        parse(&text).map_err(|error| leopard_core::Failure::field("name", error).into())
    }
}

fn parse(name: &str) -> Result<NotificationType, FieldError> {
    NotificationType::parse(name).ok_or_else(|| FieldError::NotATypeName(shown(name)))
}
