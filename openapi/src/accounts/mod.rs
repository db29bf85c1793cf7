//! Sessions with their tokens, and users.

mod tokens;
mod users;

pub(crate) use tokens::TokensApi;
pub(crate) use users::UsersApi;
