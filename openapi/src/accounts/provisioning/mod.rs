//! Users of other systems: accounts by external id, and tokens for them.

mod api;
mod body;
mod view;

pub(crate) use api::ProvisioningApi;
