//! Query parameters of the task list.

use leopard_core::domain::field::FieldError;
use leopard_core::domain::task::filter::{Filter, TaskFilter, TaskOrder};
use poem_openapi::registry::{MetaSchemaRef, Registry};

use crate::framework::payload::{names, not_a_choice};
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
        order.map(|(.., order)| order).ok_or_else(|| not_a_choice(text))
    }
}
