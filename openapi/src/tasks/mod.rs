//! Tasks.

mod api;
mod body;
mod names;
mod view;

pub(crate) use api::TasksApi;
pub(crate) use names::PriorityName;
