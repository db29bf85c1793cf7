//! Sessions with their tokens, API keys, and users.

mod keys;
mod provisioning;
mod tokens;
mod users;

pub(crate) use keys::KeysApi;
pub(crate) use provisioning::ProvisioningApi;
pub(crate) use tokens::TokensApi;
pub(crate) use users::UsersApi;
