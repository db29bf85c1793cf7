//! The scopes of API keys.

use std::collections::BTreeSet;

use crate::domain::named_enum::named_enum;

named_enum! {
    /// What a key permits. A key has at least one scope.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Scope {
        /// Send notifications to all users, without the staff right.
        NotificationsSend = "notifications:send";
        /// Read, mark and delete the own notifications, open streams and set preferences.
        NotificationsRead = "notifications:read";
        /// Read tasks, with their comments and readers.
        TasksRead = "tasks:read";
        /// Create and change tasks; includes reading.
        TasksWrite = "tasks:write";
        /// Read the directory of users and, for staff, all accounts.
        UsersRead = "users:read";
        /// Create and change persons by their external ids, and change persons by id, without the staff
        /// right. Staff users and the staff right are out of reach.
        UsersWrite = "users:write";
        /// Issue access tokens for persons, without the staff right.
        TokensIssue = "tokens:issue";
    }
}

impl Scope {
    /// Whether the scope permits what its user may do only as staff, so that only staff may grant it.
    pub fn needs_staff_to_grant(self) -> bool {
        match self {
            Self::NotificationsSend | Self::UsersWrite | Self::TokensIssue => true,
            Self::NotificationsRead | Self::TasksRead | Self::TasksWrite | Self::UsersRead => false,
        }
    }
}

/// The scopes of a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// The maximum number of names in a request; repeated ones count once. It leaves room for later scopes.
    pub const MAX_GIVEN: usize = 32;

    /// Whether a key with these scopes may do what the scope permits.
    pub fn permit(&self, scope: Scope) -> bool {
        let is_included = scope == Scope::TasksRead && self.0.contains(&Scope::TasksWrite);
        is_included || self.0.contains(&scope)
    }

    /// The scopes, each once.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_tasks_includes_reading_them_and_nothing_else_is_included() {
        for had in Scope::ALL {
            let scopes: Scopes = [had].into_iter().collect();
            for wanted in Scope::ALL {
                let is_included = had == Scope::TasksWrite && wanted == Scope::TasksRead;
                assert_eq!(scopes.permit(wanted), had == wanted || is_included);
            }
        }
    }
}
