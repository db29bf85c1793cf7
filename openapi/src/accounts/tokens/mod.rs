//! Sessions and their tokens.

mod api;
mod body;
mod view;

pub(crate) use api::TokensApi;
pub(crate) use view::Empty;
