//! What may be changed of a user.

use crate::domain::account::{Email, PersonName, User, UserRecord};
use crate::domain::field::{FieldError, FieldErrors};

/// What a user is to have from now on; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserEdit {
    /// Where mail is sent to.
    pub email: Option<Email>,
    /// Given name.
    pub first_name: Option<PersonName>,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// Whether the user may log in.
    pub is_active: Option<bool>,
    /// Whether the user may administer.
    pub is_staff: Option<bool>,
}

impl UserEdit {
    /// Whether somebody may do less afterwards.
    #[must_use]
    pub fn takes_rights(&self) -> bool {
        [self.is_active, self.is_staff].contains(&Some(false))
    }

    /// This fault for each right that is taken; empty if none is.
    #[must_use]
    pub fn rights_taken(&self, fault: &FieldError) -> FieldErrors {
        let mut faults = FieldErrors::default();
        for (field, right) in [("is_active", self.is_active), ("is_staff", self.is_staff)] {
            if right == Some(false) {
                faults.add(field, fault.clone());
            }
        }
        faults
    }

    /// The user as they are afterwards.
    #[must_use]
    pub fn applied_to(self, user: &User) -> User {
        let before = (**user).clone();
        User::restore(UserRecord {
            email: self
                .email
                .map_or(before.email, |email| email.as_str().to_owned()),
            first_name: self
                .first_name
                .map_or(before.first_name, |name| name.as_str().to_owned()),
            last_name: self
                .last_name
                .map_or(before.last_name, |name| name.as_str().to_owned()),
            is_active: self.is_active.unwrap_or(before.is_active),
            is_staff: self.is_staff.unwrap_or(before.is_staff),
            ..before
        })
    }
}
