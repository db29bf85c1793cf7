use leopard_core::domain::account::User;
use leopard_core::domain::page::Page;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object};

use crate::framework::payload::Timestamp;
use crate::framework::query::PageLinks;

/// A user, whole.
#[derive(Object)]
#[oai(rename = "User")]
pub(super) struct UserView {
    /// Identity.
    id: i64,
    /// Unique name.
    username: String,
    /// E-mail address, possibly empty.
    email: String,
    /// Given name, possibly empty.
    first_name: String,
    /// Family name, possibly empty.
    last_name: String,
    /// Given and family name, or the username where neither is known.
    full_name: String,
    /// Whether the user may log in.
    is_active: bool,
    /// Whether the user may administer.
    is_staff: bool,
    /// When the user was made.
    created_at: Timestamp,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            username: user.username.clone(),
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

/// A user, as everybody sees them.
#[derive(Object)]
#[oai(rename = "DirectoryEntry")]
pub(super) struct DirectoryEntry {
    /// Identity.
    id: i64,
    /// Unique name.
    username: String,
    /// Given and family name, or the username where neither is known.
    full_name: String,
}

impl From<User> for DirectoryEntry {
    fn from(user: User) -> Self {
        Self {
            id: user.id.0,
            username: user.username.clone(),
            full_name: user.full_name(),
        }
    }
}

/// One page of the directory.
#[derive(Object)]
pub(super) struct DirectoryPage {
    /// Users in the whole list.
    count: u64,
    /// URL of the next page.
    next: Option<String>,
    /// URL of the page before.
    previous: Option<String>,
    /// The users of this page.
    results: Vec<DirectoryEntry>,
}

impl DirectoryPage {
    pub(super) fn of(page: Page<User>, around: PageLinks) -> Self {
        Self {
            count: page.total,
            next: around.next,
            previous: around.previous,
            results: page.items.into_iter().map(DirectoryEntry::from).collect(),
        }
    }
}

/// What making a user is answered with.
#[derive(ApiResponse)]
pub(super) enum UserCreated {
    /// The user, as they were made.
    #[oai(status = 201)]
    Created(Json<UserView>),
}
