use std::borrow::Cow;

use leopard_core::domain::field::FieldError;
use leopard_core::domain::notification::{MetaInfo, OpaqueObject};
use leopard_core::domain::task::Priority;
use poem_openapi::Object;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::{Map, Value};

use crate::framework::payload::{choice, integer, string, type_name};
use crate::tasks::PriorityName;

/// What a notification is about, beyond its text. Which of these members are there follows from its
/// type; what another system has users told may have any others besides.
#[derive(Object, Debug, Default)]
#[oai(rename = "MetaInfo")]
pub(crate) struct KnownMembers {
    /// Id of the task.
    #[oai(skip_serializing_if_is_none)]
    task_id: Option<i64>,
    /// How urgent the task was then.
    #[oai(skip_serializing_if_is_none)]
    priority: Option<PriorityName>,
    /// What the comment said, or the beginning of it.
    #[oai(skip_serializing_if_is_none)]
    comment_text: Option<String>,
    /// Id of the user who said it.
    #[oai(skip_serializing_if_is_none)]
    mentioned_by: Option<i64>,
}

/// What a notification is about, as it is written.
#[derive(Debug)]
pub(crate) struct MetaInfoView(Value);

impl From<&MetaInfo> for MetaInfoView {
    fn from(meta: &MetaInfo) -> Self {
        let members = match meta {
            MetaInfo::Task { task_id, priority } => KnownMembers {
                task_id: Some(task_id.0),
                priority: Some((*priority).into()),
                ..KnownMembers::default()
            },
            MetaInfo::Mention {
                task_id,
                comment_text,
                mentioned_by,
            } => KnownMembers {
                task_id: Some(task_id.0),
                comment_text: Some(comment_text.clone()),
                mentioned_by: Some(mentioned_by.0),
                ..KnownMembers::default()
            },
            MetaInfo::Opaque(object) => {
                return Self(serde_json::from_str(object.as_str()).unwrap_or_default());
            }
        };
        Self(members.to_json().unwrap_or_default())
    }
}

/// Any JSON object, but what we know by these names must be what it is everywhere else: clients rely
/// on the document.
pub(super) fn opaque(value: Value) -> Result<OpaqueObject, FieldError> {
    let Value::Object(members) = value else {
        return Err(FieldError::NotAnObject(type_name(&value)));
    };
    check(&members, "task_id", |id| integer(id).is_ok())?;
    check(&members, "priority", |name| {
        choice(name, Priority::parse).is_ok()
    })?;
    check(&members, "comment_text", |text| {
        string(text.clone()).is_ok()
    })?;
    check(&members, "mentioned_by", |id| integer(id).is_ok())?;
    OpaqueObject::new(Value::Object(members).to_string())
}

fn check(
    members: &Map<String, Value>,
    name: &'static str,
    fits: impl FnOnce(&Value) -> bool,
) -> Result<(), FieldError> {
    if members.get(name).is_none_or(fits) {
        Ok(())
    } else {
        Err(FieldError::WrongMember(name))
    }
}

/// In the document: an object with the members that we know.
impl Type for MetaInfoView {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        KnownMembers::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        KnownMembers::schema_ref()
    }

    fn register(registry: &mut Registry) {
        KnownMembers::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for MetaInfoView {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let object = value.filter(Value::is_object);
        object
            .map(Self)
            .ok_or_else(|| ParseError::custom("no object"))
    }
}

impl ToJSON for MetaInfoView {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}
