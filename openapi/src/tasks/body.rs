use chrono::{DateTime, Utc};
use leopard_core::domain::field::FieldError;
use leopard_core::domain::id::UserId;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::{
    CommentText, Detail, LinkedEntity, Priority, Status, Tags, TaskEdit, Title,
};
use leopard_core::domain::text::Text;
use leopard_core::service::tasks::CreateTask;
use poem_openapi::registry::MetaSchemaRef;
use serde_json::Value;

use crate::framework::payload::{
    FieldValue, Fields, array_schema, body, choices, elements, inline, text_schema,
};

choices! {
    /// Priority of a task.
    Priority as "Priority";
    /// Status of a task. A `PENDING` task whose due date passes becomes `OVERDUE`, and `PENDING` again
    /// with a later due date or none. No request can set `OVERDUE`.
    Status as "TaskStatus";
}

body! {
    /// A task to create.
    CreateTask as "NewTask" {
        /// Title.
        title: required Title,
        /// Description of the work; empty by default.
        detail: optional Detail,
        /// Due date; a time without an offset is UTC. It may be in the past. A task without one has no
        /// reminders.
        due_date: nullable DateTime<Utc>,
        /// Priority; `MEDIUM` by default.
        priority: or_default Priority,
        /// Id of the assignee.
        assigned_to: nullable UserId,
        /// Id of the assigner: the caller by default; only staff may name another user.
        assigned_by: nullable UserId,
        /// Tags for filtering.
        tags: optional Tags,
        /// Type of the linked entity in another system; requires `linked_entity_id`.
        linked_entity_type: nullable LinkedKind,
        /// Id of the linked entity; requires `linked_entity_type`.
        linked_entity_id: nullable i64,
    }
    |fields| {
        let linked_entity = linked_entity(fields, linked_entity_type, linked_entity_id);
        Some(Self {
            title: title?,
            detail: detail.unwrap_or_default(),
            due_date,
            priority: priority?,
            assigned_to,
            assigned_by,
            tags: tags.unwrap_or_default(),
            linked_entity,
        })
    }
}

/// The two members as one value. If one of them is invalid, it is unknown whether both are present.
fn linked_entity(
    fields: &mut Fields,
    kind: Option<LinkedKind>,
    id: Option<i64>,
) -> Option<LinkedEntity> {
    if !fields.are_valid(&["linked_entity_type", "linked_entity_id"]) {
        return None;
    }
    LinkedEntity::from_parts(kind, id).unwrap_or_else(|errors| {
        fields.add(&errors);
        None
    })
}

pub(super) struct TaskReplacement(pub(super) TaskEdit);

/// Declares an edit of a task, in which the members of every task are required or optional.
macro_rules! edit_body {
    ($(#[doc = $doc:literal])+ $body:ty as $name:literal, $presence:ident, |$edit:ident| $value:expr) => {
        body! {
            $(#[doc = $doc])+
            $body as $name {
                /// Title.
                title: $presence Title,
                /// Description of the work.
                detail: optional Detail,
                /// Due date; a time without an offset is UTC. It may be in the past. Null for none: an
                /// `OVERDUE` task is then `PENDING` again.
                due_date: patch DateTime<Utc>,
                /// Priority.
                priority: optional Priority,
                /// Status; the same transitions are allowed as by the actions on a task.
                status: optional Status,
                /// Id of the assignee; null for none.
                assigned_to: patch UserId,
                /// Id of the assigner; only staff may name another one than before.
                assigned_by: optional UserId,
                /// Tags for filtering.
                tags: optional Tags,
                /// Type of the linked entity in another system; null, with `linked_entity_id`, for none.
                linked_entity_type: patch LinkedKind,
                /// Id of the linked entity.
                linked_entity_id: patch i64,
            }
            |fields| {
                let $edit = TaskEdit {
                    title,
                    detail,
                    due_date,
                    priority,
                    status,
                    assigned_to,
                    assigned_by,
                    tags,
                    linked_kind: linked_entity_type,
                    linked_id: linked_entity_id,
                };
                Some($value)
            }
        }
    };
}

edit_body! {
    /// Changes to a task. Omitted fields keep their values.
    TaskEdit as "TaskEdit", optional, |edit| edit
}

edit_body! {
    /// A task's new values. Optional fields that are omitted keep their values.
    TaskReplacement as "TaskReplacement", required, |edit| Self(edit)
}

pub(super) struct Assignment(pub(super) Patch<UserId>);

body! {
    /// The new assignee of a task.
    Assignment as "TaskAssignment" {
        /// Id of the assignee; null for none.
        assigned_to: required_or_null UserId,
    }
    |fields| Some(Self(assigned_to))
}

pub(super) struct CommentBody(pub(super) CommentText);

body! {
    /// A comment to create.
    CommentBody as "NewComment" {
        /// Text; `@name` mentions a user. At most 20 mentions.
        comment: required CommentText,
    }
    |fields| Some(Self(comment?))
}

type LinkedKind = Text<{ LinkedEntity::MAX_KIND }>;

impl FieldValue for Tags {
    fn schema() -> MetaSchemaRef {
        let tag = inline(text_schema(Some(1), Self::MAX_LENGTH));
        array_schema(tag, None, Self::MAX)
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        Self::new(elements(value, Self::MAX, String::read)?)
    }
}
