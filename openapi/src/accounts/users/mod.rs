//! Users.

mod api;
mod body;
mod view;

pub(crate) use api::UsersApi;
pub(super) use view::UserView;
