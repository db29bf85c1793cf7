use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{LinkedEntity, Priority, Tags};
use leopard_core::service::tasks::CreateTask;
use poem_openapi::Object;
use serde_json::Value;

use super::names::PriorityName;
use crate::framework::payload::{
    Fields, ReadBody, Timestamp, choice, integer, list, string, text, time,
};

/// What no task is without.
#[derive(Object)]
pub(super) struct RequiredMembers {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 200))]
    title: String,
    /// What is to be done.
    #[oai(validator(min_length = 1, max_length = 20000))]
    detail: String,
    /// Until when; a time without an offset is UTC. It may lie in the past.
    due_date: Timestamp,
}

/// A task that somebody wants to have made.
#[derive(Object)]
#[oai(rename = "NewTask")]
pub(crate) struct NewTaskBody {
    #[oai(flatten)]
    required: RequiredMembers,
    /// How urgent; `MEDIUM` unless said otherwise.
    priority: Option<PriorityName>,
    /// Id of the user who is to do it.
    #[oai(nullable)]
    assigned_to: Option<i64>,
    /// Id of the user who wants it done: the caller, unless staff says otherwise.
    #[oai(nullable)]
    assigned_by: Option<i64>,
    /// Words under which it is found again.
    #[oai(validator(max_items = 20, min_length = 1, max_length = 50))]
    tags: Option<Vec<String>>,
    /// What kind of thing in another system it is about; only with `linked_entity_id`.
    #[oai(nullable, validator(min_length = 1, max_length = 50))]
    linked_entity_type: Option<String>,
    /// Which of that kind; only with `linked_entity_type`.
    #[oai(nullable)]
    linked_entity_id: Option<i64>,
}

impl ReadBody for CreateTask {
    type Shape = NewTaskBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let title = fields.required("title", text);
        let detail = fields.required("detail", text);
        let due_date = fields.required("due_date", |value| time(&value));
        let priority = fields.optional("priority", |value| choice(&value, Priority::parse));
        let assigned_to = fields.nullable("assigned_to", |value| user(&value));
        let assigned_by = fields.nullable("assigned_by", |value| user(&value));
        let tags = fields.optional("tags", tags);
        let linked_entity = linked_entity(fields);
        let required = title.zip(detail).zip(due_date);
        let task = required.map(|((title, detail), due_date)| Self {
            title,
            detail,
            due_date,
            priority: priority.unwrap_or_default(),
            assigned_to,
            assigned_by,
            tags: tags.unwrap_or_default(),
            linked_entity,
        });
        fields.finish(task)
    }
}

pub(super) fn user(value: &Value) -> Result<UserId, FieldError> {
    integer(value).map(UserId)
}

pub(super) fn tags(value: Value) -> Result<Tags, FieldError> {
    Tags::new(list(value, Tags::MAX, string)?)
}

fn linked_entity(fields: &mut Fields) -> Option<LinkedEntity> {
    let before = fields.faults();
    let kind = fields.nullable("linked_entity_type", text);
    let id = fields.nullable("linked_entity_id", |value| integer(&value));
    if fields.faults() > before {
        // What is missing cannot be told from what is wrong.
        return None;
    }
    match LinkedEntity::from_parts(kind, id) {
        Ok(linked) => linked,
        Err(faults) => {
            fields.add(&faults);
            None
        }
    }
}
