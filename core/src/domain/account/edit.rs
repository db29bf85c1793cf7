//! Edits of users.

use crate::domain::account::{Email, PersonName, User, Username};
use crate::domain::field::{FieldError, FieldErrors};

/// The new values of a user's fields; `None` keeps a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserEdit {
    pub username: Option<Username>,
    pub email: Option<Email>,
    pub first_name: Option<PersonName>,
    pub last_name: Option<PersonName>,
    /// Whether the user may log in.
    pub is_active: Option<bool>,
    pub is_staff: Option<bool>,
}

impl UserEdit {
    /// An edit that deactivates the user.
    pub fn deactivation() -> Self {
        Self { is_active: Some(false), ..Self::default() }
    }

    /// Whether the edit deactivates the user or takes the staff right.
    pub fn takes_rights(&self) -> bool {
        [self.is_active, self.is_staff].contains(&Some(false))
    }

    /// The error for each field of the edit that takes a right; empty if none does.
    pub fn rights_taken(&self, error: &FieldError) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (field, right) in [("is_active", self.is_active), ("is_staff", self.is_staff)] {
            if right == Some(false) {
                errors.add(field, error.clone());
            }
        }
        errors
    }

    /// The user after the edit.
    #[must_use]
    pub fn applied_to(&self, user: &User) -> User {
        let mut next = user.clone();
        if let Some(username) = &self.username {
            username.as_str().clone_into(&mut next.username);
        }
        if let Some(email) = &self.email {
            email.as_str().clone_into(&mut next.email);
        }
        if let Some(name) = &self.first_name {
            name.as_str().clone_into(&mut next.first_name);
        }
        if let Some(name) = &self.last_name {
            name.as_str().clone_into(&mut next.last_name);
        }
        next.is_active = self.is_active.unwrap_or(next.is_active);
        next.is_staff = self.is_staff.unwrap_or(next.is_staff);
        next
    }
}
