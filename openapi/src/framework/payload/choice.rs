use leopard_core::domain::field::FieldError;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::{Value, json};

use super::not_one_of;
use crate::framework::described;
use crate::framework::document::extensions;

/// A value with few choices, which JSON writes as names. Use [`choices!`] to declare one.
pub(crate) trait Choice: Copy + Send + Sync + 'static {
    const SCHEMA: &'static str;
    const DESCRIPTION: &'static str;
    /// Whether later versions add names: the document then has a string with known values, because generated
    /// clients refuse unknown values of an enum.
    const IS_OPEN: bool = false;
    /// The names, in the order of the document.
    fn names() -> Vec<&'static str>;
    fn name(self) -> &'static str;
}

/// Declares choices of the core: a schema of their names, their reader and their JSON.
macro_rules! choices {
    ($($(#[doc = $doc:literal])+ $choice:ty as $schema:literal $(, is_open $is_open:literal)?;)+) => {$(
        impl $crate::framework::payload::Choice for $choice {
            const SCHEMA: &'static str = $schema;
            const DESCRIPTION: &'static str = concat!($($doc, "\n"),+);
            $(const IS_OPEN: bool = $is_open;)?

            fn names() -> Vec<&'static str> {
                Self::ALL.into_iter().map(Self::as_str).collect()
            }

            fn name(self) -> &'static str {
                self.as_str()
            }
        }

        impl $crate::framework::payload::FieldValue for $choice {
            fn schema() -> poem_openapi::registry::MetaSchemaRef {
                <$crate::framework::payload::Name<Self> as poem_openapi::types::Type>::schema_ref()
            }

            fn register(registry: &mut poem_openapi::registry::Registry) {
                <$crate::framework::payload::Name<Self> as poem_openapi::types::Type>::register(
                    registry,
                );
            }

            fn read(
                value: serde_json::Value,
            ) -> Result<Self, leopard_core::domain::field::FieldError> {
                $crate::framework::payload::read_choice(&value, Self::parse)
            }
        }
    )+};
}

pub(crate) use choices;

/// One of the names that `parse` knows.
pub(crate) fn read_choice<T: Choice>(
    value: &Value,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, FieldError> {
    match value {
        Value::String(name) => parse(name).ok_or_else(|| not_one_of(name, T::names())),
        other => Err(not_one_of(&other.to_string(), T::names())),
    }
}

/// A choice in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<T>(pub(crate) T);

impl<T: Choice> From<T> for Name<T> {
    fn from(choice: T) -> Self {
        Self(choice)
    }
}

described! {
    impl<T: Choice> Name<T>, T::SCHEMA, MetaSchemaRef::Reference(T::SCHEMA.to_owned()),
    json |choice| choice.0.name(),
    register |registry| registry.create_schema::<Self, _>(T::SCHEMA.to_owned(), |_| {
        if T::IS_OPEN {
            open_names(T::DESCRIPTION, &T::names())
        } else {
            names(T::DESCRIPTION, T::names(), None)
        }
    }),
}

/// The schema of a closed choice. Its names in generated code are those of its values, unless `variables` has
/// others.
pub(crate) fn names(
    description: &'static str,
    names: Vec<&'static str>,
    variables: Option<Vec<&'static str>>,
) -> MetaSchema {
    MetaSchema {
        description: Some(description),
        enum_items: names.into_iter().map(Value::from).collect(),
        external_docs: variables.map(|names| extensions(&json!({ "x-enum-varnames": names }))),
        ..MetaSchema::new("string")
    }
}

/// The schema of a string with these known values, to which later versions add others.
pub(crate) fn open_names(description: &'static str, known: &[&'static str]) -> MetaSchema {
    MetaSchema {
        description: Some(description),
        external_docs: Some(extensions(&json!({ "x-extensible-enum": known }))),
        ..MetaSchema::new("string")
    }
}
