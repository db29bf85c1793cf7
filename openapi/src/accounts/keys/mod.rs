//! API keys.

mod api;
mod body;
mod view;

pub(crate) use api::KeysApi;
