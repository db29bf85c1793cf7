//! Query parameters of the task list.

use chrono::{DateTime, Utc};
use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::domain::task::filter::{DueFilter, Filter, SearchText, TaskFilter, TaskOrder};
use leopard_core::domain::task::{Priority, Status};
use leopard_core::domain::text::check_kept;
use poem_openapi::registry::{MetaSchemaRef, Registry};

use crate::framework::payload::register_names;
use crate::framework::query::shape::Shape;
use crate::framework::query::{QueryParam, shape};

/// The type of linked entity that `client` filters by.
const CLIENT: &str = "client";

/// The filters of a list before they are checked.
pub(super) struct TaskListParams {
    pub(super) status: QueryParam<shape::Text>,
    pub(super) priority: QueryParam<shape::Text>,
    pub(super) client: QueryParam<shape::Integer>,
    pub(super) linked_entity_type: QueryParam<shape::Text>,
    pub(super) linked_entity_id: QueryParam<shape::Integer>,
    pub(super) tag: QueryParam<shape::Text>,
    pub(super) search: QueryParam<shape::TaskSearch>,
    pub(super) include_overdue: QueryParam<shape::DefaultTrue>,
}

impl TaskListParams {
    /// The filter; adds the errors of all parameters.
    pub(super) fn filter(self, now: DateTime<Utc>, errors: &mut FieldErrors) -> TaskFilter {
        let include_overdue = self.include_overdue.boolean(true, errors);
        let search = self.search.parsed(SearchText::new, errors);
        let filter = TaskFilter {
            status: named_filter(&self.status, Status::parse, errors),
            priority: named_filter(&self.priority, Priority::parse, errors),
            due: if include_overdue { DueFilter::Any } else { DueFilter::NotOverdue(now) },
            tag: self.tag.parsed(filter_text, errors),
            linked_kind: self.linked_entity_type.parsed(filter_text, errors),
            linked_id: self.linked_entity_id.integer(errors),
            search: search.flatten(),
        };
        match self.client.integer(errors) {
            Some(client) => of_client(filter, client),
            None => filter,
        }
    }
}

/// Restricts a filter to this client.
fn of_client(filter: TaskFilter, client: i64) -> TaskFilter {
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
fn named_filter<T>(
    param: &QueryParam<shape::Text>,
    parse: fn(&str) -> Option<T>,
    errors: &mut FieldErrors,
) -> Filter<T> {
    match param.parsed(filter_text, errors) {
        None => Filter::Any,
        Some(name) => parse(&name).map_or(Filter::Unknown, Filter::Only),
    }
}

fn filter_text(text: &str) -> Result<String, FieldError> {
    check_kept(text, shape::Text::MAX)?;
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
