use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::{MetaInfo, OpaqueObject};
use leopard_core::domain::task::Priority;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::framework::described;
use crate::framework::payload::{FieldValue, Members, object_schema, others, type_name};

const NAME: &str = "MetaInfo";

/// What a notification is about, as JSON.
#[derive(Debug)]
pub(crate) struct MetaInfoView(pub(super) MetaInfo);

impl From<&MetaInfo> for MetaInfoView {
    fn from(meta: &MetaInfo) -> Self {
        Self(meta.clone())
    }
}

/// The members that Leopard writes; an object of another system is written as it was sent.
#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Task { task_id: i64, priority: &'a str },
    Mention { task_id: i64, comment_text: &'a str, mentioned_by: i64 },
    Opaque(Value),
}

fn written(meta: &MetaInfo) -> Written<'_> {
    match meta {
        MetaInfo::Task { task_id, priority } => {
            Written::Task { task_id: task_id.0, priority: priority.as_str() }
        }
        MetaInfo::Mention { task_id, comment_text, mentioned_by } => {
            Written::Mention { task_id: task_id.0, comment_text, mentioned_by: mentioned_by.0 }
        }
        // Parsed, so that no stored text can be other than one JSON value.
        MetaInfo::Opaque(object) => {
            Written::Opaque(serde_json::from_str(object.as_str()).unwrap_or_default())
        }
    }
}

/// The members that Leopard writes. In an object of another system they have the same types, because
/// clients rely on the document.
fn describe(members: &mut Members<'_>) {
    members.optional::<i64>("task_id", "Id of the task.");
    members.optional::<Priority>("priority", "Priority of the task at that time.");
    members.optional::<String>("comment_text", "Text of the comment, or its beginning.");
    members.optional::<i64>("mentioned_by", "Id of the author of the comment.");
}

impl FieldValue for OpaqueObject {
    fn schema() -> MetaSchemaRef {
        MetaInfoView::schema_ref()
    }

    fn register(registry: &mut Registry) {
        MetaInfoView::register(registry);
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        let Value::Object(members) = value else {
            return Err(FieldError::NotAnObject(type_name(&value)));
        };
        check::<i64>(&members, "task_id")?;
        check::<Priority>(&members, "priority")?;
        check::<String>(&members, "comment_text")?;
        check::<i64>(&members, "mentioned_by")?;
        Self::new(Value::Object(members).to_string())
    }
}

fn check<T: FieldValue>(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<(), FieldError> {
    let value = members.get(name).cloned();
    if value.is_none_or(|value| T::read(value).is_ok()) {
        Ok(())
    } else {
        Err(FieldError::WrongMember(name))
    }
}

described! {
    MetaInfoView, NAME, MetaSchemaRef::Reference(NAME.to_owned()),
    json |meta| written(&meta.0),
    register |registry| registry.create_schema::<Self, _>(NAME.to_owned(), |registry| MetaSchema {
        additional_properties: Some(Box::new(others(true))),
        ..object_schema(
            registry,
            "What a notification is about, beyond its text. Its type determines which of these members \
             are present; notifications of other systems may have any others.",
            describe,
        )
    }),
}
