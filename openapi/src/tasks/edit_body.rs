use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::id::UserId;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::{CommentText, Priority, Status, TaskEdit};
use poem_openapi::Object;

use super::body::{RequiredMembers, tags, user};
use super::names::{PriorityName, StatusName};
use crate::framework::payload::{Fields, ReadBody, Timestamp, choice, integer, text, time};

/// What a task is to have from now on; what is absent stays as it is.
#[derive(Object)]
#[oai(rename = "TaskEdit")]
pub(crate) struct TaskEditBody {
    /// What it is called.
    #[oai(validator(min_length = 1, max_length = 200))]
    title: Option<String>,
    /// What is to be done.
    #[oai(validator(min_length = 1, max_length = 20000))]
    detail: Option<String>,
    /// Until when; a time without an offset is UTC.
    due_date: Option<Timestamp>,
    #[oai(flatten)]
    others: OtherMembers,
}

impl ReadBody for TaskEdit {
    type Shape = TaskEditBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let edit = Self {
            title: fields.optional("title", text),
            detail: fields.optional("detail", text),
            due_date: fields.optional("due_date", |value| time(&value)),
            ..others(fields)
        };
        fields.finish(Some(edit))
    }
}

/// What a whole task is replaced by.
pub(super) struct TaskReplacement(pub(super) TaskEdit);

/// What a task is to have from now on. What may be absent stays as it is where it is.
#[derive(Object)]
#[oai(rename = "TaskReplacement")]
pub(super) struct TaskReplacementBody {
    #[oai(flatten)]
    required: RequiredMembers,
    #[oai(flatten)]
    others: OtherMembers,
}

impl ReadBody for TaskReplacement {
    type Shape = TaskReplacementBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let edit = TaskEdit {
            title: fields.required("title", text),
            detail: fields.required("detail", text),
            due_date: fields.required("due_date", |value| time(&value)),
            ..others(fields)
        };
        fields.finish(Some(Self(edit)))
    }
}

/// What may be absent in every edit.
#[derive(Object)]
struct OtherMembers {
    /// How urgent.
    priority: Option<PriorityName>,
    /// Where it stands, by the rules of the action that leads there.
    status: Option<StatusName>,
    /// Id of the user who is to do it; null where nobody is.
    #[oai(nullable)]
    assigned_to: Option<i64>,
    /// Id of the user who wants it done; only staff names another one than before.
    assigned_by: Option<i64>,
    /// Words under which it is found again.
    #[oai(validator(max_items = 20, min_length = 1, max_length = 50))]
    tags: Option<Vec<String>>,
    /// What kind of thing in another system it is about; null, with `linked_entity_id`, for nothing.
    #[oai(nullable, validator(min_length = 1, max_length = 50))]
    linked_entity_type: Option<String>,
    /// Which of that kind.
    #[oai(nullable)]
    linked_entity_id: Option<i64>,
}

fn others(fields: &mut Fields) -> TaskEdit {
    TaskEdit {
        priority: fields.optional("priority", |value| choice(&value, Priority::parse)),
        status: fields.optional("status", |value| choice(&value, Status::parse)),
        assigned_to: fields.nullable_optional("assigned_to", |value| user(&value)),
        assigned_by: fields.optional("assigned_by", |value| user(&value)),
        tags: fields.optional("tags", tags),
        linked_kind: fields.nullable_optional("linked_entity_type", text),
        linked_id: fields.nullable_optional("linked_entity_id", |value| integer(&value)),
        ..TaskEdit::default()
    }
}

/// Who is to do a task from now on.
pub(super) struct Assignment(pub(super) Patch<UserId>);

/// Who is to do a task from now on.
#[derive(Object)]
#[oai(rename = "TaskAssignment")]
pub(super) struct AssignmentBody {
    /// Id of the user; null where nobody is to do it.
    #[oai(nullable)]
    assigned_to: i64,
}

impl ReadBody for Assignment {
    type Shape = AssignmentBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let assignee = fields.required_or_null("assigned_to", |value| user(&value));
        fields.finish(Some(Self(assignee)))
    }
}

/// A comment that a request adds.
pub(super) struct CommentBody(pub(super) CommentText);

/// A new comment on a task.
#[derive(Object)]
#[oai(rename = "NewComment")]
pub(super) struct NewCommentBody {
    /// The text; `@name` mentions a user. At most 20 mentions.
    #[oai(validator(min_length = 1, max_length = 5000))]
    comment: String,
}

impl ReadBody for CommentBody {
    type Shape = NewCommentBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let comment = fields.required("comment", text);
        fields.finish(comment.map(Self))
    }
}
