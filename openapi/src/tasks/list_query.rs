//! Query parameters of the task list.

use leopard_core::domain::field::FieldError;
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::filter::{Filter, TaskFilter, TaskOrder};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};

use crate::framework::payload::{inline, names, not_one_of};
use crate::framework::query::shape::{Readable, Shape};

/// The type of linked entity that `client` filters by.
const CLIENT: &str = "client";

/// Restricts a filter to a client.
pub(super) fn of_client(filter: TaskFilter, client: Option<i64>) -> TaskFilter {
    let Some(client) = client else { return filter };
    let is_other_kind = filter.linked_kind.as_ref().is_some_and(|kind| kind != CLIENT);
    let is_other = filter.linked_id.is_some_and(|id| id != client);
    TaskFilter {
        status: if is_other_kind || is_other { Filter::OneOf(vec![]) } else { filter.status },
        linked_kind: Some(CLIENT.to_owned()),
        linked_id: Some(client),
        ..filter
    }
}

/// A filter by the values that a parameter lists, each once.
pub(super) fn one_of<T: PartialEq>(values: Option<Vec<T>>) -> Filter<T> {
    let Some(values) = values else { return Filter::Any };
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    Filter::OneOf(distinct)
}

/// A user that a filter names.
pub(super) enum UserChoice {
    /// The caller.
    Me,
    User(UserId),
}

impl UserChoice {
    pub(super) fn id(self, caller: UserId) -> UserId {
        match self {
            Self::Me => caller,
            Self::User(id) => id,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == ME { Some(Self::Me) } else { Some(Self::User(UserId(text.parse().ok()?))) }
    }
}

const ME: &str = "me";
const NONE: &str = "none";

impl Shape for UserChoice {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            pattern: Some(r"^(me|-?\d{1,19})$".to_owned()),
            ..MetaSchema::new("string")
        })
    }
}

impl Readable for UserChoice {
    type Value = Self;

    fn read(text: &str) -> Result<Self, FieldError> {
        Self::parse(text).ok_or(FieldError::NotAUserChoice("\"me\""))
    }
}

/// An assignee that a filter names.
pub(super) enum AssigneeChoice {
    /// The assignee of tasks that are not assigned.
    None,
    User(UserChoice),
}

impl AssigneeChoice {
    pub(super) fn id(self, caller: UserId) -> Option<UserId> {
        match self {
            Self::None => None,
            Self::User(user) => Some(user.id(caller)),
        }
    }
}

impl Shape for AssigneeChoice {
    fn schema() -> MetaSchemaRef {
        inline(MetaSchema {
            pattern: Some(r"^(me|none|-?\d{1,19})$".to_owned()),
            ..MetaSchema::new("string")
        })
    }
}

impl Readable for AssigneeChoice {
    type Value = Self;

    fn read(text: &str) -> Result<Self, FieldError> {
        if text == NONE {
            return Ok(Self::None);
        }
        let user = UserChoice::parse(text);
        user.map(Self::User).ok_or(FieldError::NotAUserChoice("\"me\" or \"none\""))
    }
}

/// Orders of a list of tasks, by their names, and with their names in generated code: those that generators make of
/// a minus sign are wrong or the same as without it.
const ORDERS: [(&str, &str, TaskOrder); 6] = [
    ("-due_date", "DUE_DATE_DESC", TaskOrder::LatestDue),
    ("due_date", "DUE_DATE", TaskOrder::EarliestDue),
    ("-created_at", "CREATED_AT_DESC", TaskOrder::Newest),
    ("created_at", "CREATED_AT", TaskOrder::Oldest),
    ("-priority", "PRIORITY_DESC", TaskOrder::MostUrgent),
    ("priority", "PRIORITY", TaskOrder::LeastUrgent),
];

impl Shape for TaskOrder {
    fn schema() -> MetaSchemaRef {
        MetaSchemaRef::Reference("TaskOrder".to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("TaskOrder".to_owned(), |_| {
            let variables = ORDERS.map(|(_, variable, _)| variable).to_vec();
            let values = ORDERS.map(|(name, ..)| name).to_vec();
            names("Order of a list of tasks; `-` is descending.", values, Some(variables))
        });
    }
}

impl Readable for TaskOrder {
    type Value = Self;

    fn read(text: &str) -> Result<Self, FieldError> {
        let order = ORDERS.into_iter().find(|(name, ..)| *name == text);
        order
            .map(|(.., order)| order)
            .ok_or_else(|| not_one_of(text, ORDERS.map(|(name, ..)| name).to_vec()))
    }
}
