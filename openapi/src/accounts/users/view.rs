use leopard_core::domain::account::{User, UserKind};
use poem_openapi::Object;
use serde::Serialize;

use crate::framework::payload::{Name, Timestamp};
use crate::framework::query::page;

/// A user account.
#[derive(Object, Serialize)]
#[oai(rename = "User")]
pub(in crate::accounts) struct UserView {
    /// Id.
    id: i64,
    /// Whether the user is a person or a service.
    kind: Name<UserKind>,
    /// Unique username.
    username: String,
    /// Unique id in another system; null if no other system has provisioned the user.
    external_id: Option<String>,
    /// Email address; may be empty.
    email: String,
    /// First name; may be empty.
    first_name: String,
    /// Last name; may be empty.
    last_name: String,
    /// First and last name, or the username if both are empty.
    full_name: String,
    /// Whether the user may log in.
    is_active: bool,
    /// Whether the user is staff.
    is_staff: bool,
    /// Creation time.
    created_at: Timestamp,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            kind: Name(user.kind),
            username: user.username.clone(),
            external_id: user.external_id.clone(),
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            full_name: user.full_name(),
            is_active: user.is_active,
            is_staff: user.is_staff,
            created_at: Timestamp::of(user.created_at),
        }
    }
}

/// A user as all users see them.
#[derive(Object, Serialize)]
#[oai(rename = "DirectoryEntry")]
pub(super) struct DirectoryEntry {
    /// Id.
    id: i64,
    /// Unique username.
    username: String,
    /// First and last name, or the username if both are empty.
    full_name: String,
}

impl From<User> for DirectoryEntry {
    fn from(user: User) -> Self {
        Self { id: user.id.0, username: user.username.clone(), full_name: user.full_name() }
    }
}

page! {
    /// One page of users.
    DirectoryPage of DirectoryEntry
}
