//! Query parameters of the task list.

use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::task::filter::{Filter, TaskFilter, TaskOrder};
use leopard_core::domain::text::check_text;
use poem_openapi::registry::{MetaSchemaRef, Registry};

use crate::framework::payload::register_names;
use crate::framework::query::shape::Shape;
use crate::framework::query::{QueryParam, shape};

/// The type of linked entity that `client` filters by.
const CLIENT: &str = "client";

/// Restricts a filter to this client, if there is one.
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
pub(super) fn named_filter<T>(
    param: &QueryParam<shape::Text>,
    parse: fn(&str) -> Option<T>,
    errors: &mut FieldErrors,
) -> Filter<T> {
    match param.parsed(filter_text, errors) {
        None => Filter::Any,
        Some(name) => parse(&name).map_or(Filter::Unknown, Filter::Only),
    }
}

/// A text to compare with stored ones.
pub(super) fn filter_text(text: &str) -> Result<String, FieldError> {
    check_text(text, shape::Text::MAX)?;
    Ok(text.to_owned())
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

/// The order of this name.
pub(super) fn order(name: &str) -> Option<TaskOrder> {
    let order = ORDERS.iter().find(|(known, _)| *known == name);
    order.map(|(_, order)| *order)
}
