//! Users.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::{DateTime, Utc};

use crate::domain::account::{PasswordHash, Profile};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::notification::Preferences;
use crate::domain::text::Text;

/// A user's name for logging in and for being mentioned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Username(String);

impl Username {
    /// The most characters of a name.
    pub const MAX: usize = 150;

    /// Accepts letters, digits and `@ . + - _`, as Django does.
    pub fn new(name: String) -> Result<Self, FieldError> {
        let name = Text::<{ Self::MAX }>::new(name)?.into_string();
        if !name
            .chars()
            .all(|c| c.is_alphanumeric() || "@.+-_".contains(c))
        {
            return Err(FieldError::UsernameCharacters);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is kept of a user, the password apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Identity.
    pub id: UserId,
    /// Unique name.
    pub username: String,
    /// E-mail address, possibly empty.
    pub email: String,
    /// Given name, possibly empty.
    pub first_name: String,
    /// Family name, possibly empty.
    pub last_name: String,
    /// Whether the user may administer.
    pub is_staff: bool,
    /// Whether the user may log in.
    pub is_active: bool,
    /// What the user wants to be told.
    pub preferences: Preferences,
    /// Tokens of no login of ours that were issued before this do not count any more.
    pub tokens_valid_from: DateTime<Utc>,
    /// When the user was made.
    pub created_at: DateTime<Utc>,
}

/// A user, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(UserRecord);

impl User {
    /// A user as a store remembers it.
    #[must_use]
    pub fn restore(record: UserRecord) -> Self {
        Self(record)
    }

    /// Given and family name, or the username where neither is known.
    #[must_use]
    pub fn full_name(&self) -> String {
        let name = format!("{} {}", self.first_name.trim(), self.last_name.trim());
        match name.trim() {
            "" => self.username.clone(),
            known => known.to_owned(),
        }
    }
}

impl Deref for User {
    type Target = UserRecord;

    fn deref(&self) -> &UserRecord {
        &self.0
    }
}

/// A user who does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Unique name.
    pub username: Username,
    /// The password's hash.
    pub password: PasswordHash,
    /// E-mail address and names.
    pub profile: Profile,
    /// Whether the user may administer.
    pub is_staff: bool,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A user together with the hash of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: User,
    /// The password's hash.
    pub password: PasswordHash,
}

/// How a user is shown to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    /// Unique name.
    pub username: String,
    /// Name for people.
    pub full_name: String,
}

/// The people whom a task names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserNames(BTreeMap<UserId, UserSummary>);

impl UserNames {
    /// How this user is shown.
    #[must_use]
    pub fn get(&self, id: UserId) -> Option<&UserSummary> {
        self.0.get(&id)
    }
}

impl<'a> FromIterator<&'a User> for UserNames {
    fn from_iter<I: IntoIterator<Item = &'a User>>(users: I) -> Self {
        let person = |user: &User| UserSummary {
            username: user.username.clone(),
            full_name: user.full_name(),
        };
        Self(
            users
                .into_iter()
                .map(|user| (user.id, person(user)))
                .collect(),
        )
    }
}

/// Something together with how the users whom it names are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithUserNames<T> {
    /// It.
    pub value: T,
    /// The users.
    pub user_names: UserNames,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_of_letters_digits_and_five_signs() {
        for good in ["bob", "a@b.c+d-e_f", "Zoë", "日本"] {
            assert!(Username::new(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["a b", "a/b", "<b>", "a\n"] {
            let refused = Username::new(bad.to_owned());
            assert_eq!(refused, Err(FieldError::UsernameCharacters), "{bad}");
        }
    }
}
