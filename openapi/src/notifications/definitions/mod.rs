//! The notification types and their definitions.

mod api;
mod body;
mod view;

pub(crate) use api::NotificationTypesApi;
