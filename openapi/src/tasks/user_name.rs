use std::sync::Arc;

use leopard_core::domain::account::UserSummary;

use crate::framework::described;

/// The username of a user; several views share the text.
pub(super) struct Username(pub(super) Arc<UserSummary>);

/// The full name of a user; several views share the text.
pub(super) struct FullName(pub(super) Arc<UserSummary>);

described! {
    Username, String::name(), String::schema_ref(),
    json |name| name.0.username,
}

described! {
    FullName, String::name(), String::schema_ref(),
    json |name| name.0.full_name,
}
