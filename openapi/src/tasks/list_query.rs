//! Query parameters of the task list.

use leopard_core::domain::field::FieldError;
use leopard_core::domain::task::filter::{Filter, TaskFilter, TaskOrder};
use poem_openapi::registry::{MetaSchemaRef, Registry};

use crate::framework::payload::{not_a_choice, register_names};
use crate::framework::query::shape::{Readable, Shape};

/// The type of linked entity that `client` filters by.
const CLIENT: &str = "client";

/// Restricts a filter to a client.
pub(super) fn of_client(filter: TaskFilter, client: Option<i64>) -> TaskFilter {
    let Some(client) = client else { return filter };
    let is_other_kind = filter.linked_kind.as_ref().is_some_and(|kind| kind != CLIENT);
    let is_other = filter.linked_id.is_some_and(|id| id != client);
    TaskFilter {
        status: if is_other_kind || is_other { Filter::Unknown } else { filter.status },
        linked_kind: Some(CLIENT.to_owned()),
        linked_id: Some(client),
        ..filter
    }
}

/// A filter by the name of a value; an unknown name matches nothing.
pub(super) fn named_filter<T>(name: Option<String>, parse: fn(&str) -> Option<T>) -> Filter<T> {
    match name {
        None => Filter::Any,
        Some(name) => parse(&name).map_or(Filter::Unknown, Filter::Only),
    }
}

/// Orders of a list of tasks, by their names.
const ORDERS: [(&str, TaskOrder); 6] = [
    ("-due_date", TaskOrder::LatestDue),
    ("due_date", TaskOrder::EarliestDue),
    ("-created_at", TaskOrder::Newest),
    ("created_at", TaskOrder::Oldest),
    ("-priority", TaskOrder::MostUrgent),
    ("priority", TaskOrder::LeastUrgent),
];

impl Shape for TaskOrder {
    fn schema() -> MetaSchemaRef {
        MetaSchemaRef::Reference("TaskOrder".to_owned())
    }

    fn register(registry: &mut Registry) {
        let names = ORDERS.map(|(name, _)| name).to_vec();
        register_names::<Self>(registry, "TaskOrder", "Order of a list of tasks.", names);
    }
}

impl Readable for TaskOrder {
    type Value = Self;

    fn read(text: &str) -> Result<Self, FieldError> {
        let order = ORDERS.into_iter().find(|(name, _)| *name == text);
        order.map(|(_, order)| order).ok_or_else(|| not_a_choice(text))
    }
}
