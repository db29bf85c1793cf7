//! The user itself.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::{PasswordHash, Profile};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::named_enum::named_enum;
use crate::domain::notification::Preferences;
use crate::domain::text::{Text, text_accessors};

/// The name that a user logs in with and is mentioned by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Username(String);

impl Username {
    /// The maximum length in characters.
    pub const MAX: usize = 150;

    /// Accepts letters and digits of any script and `@ . + - _`, as Django does.
    ///
    /// # Errors
    ///
    /// Those of [`Text::new`], and [`FieldError::UsernameCharacters`].
    pub fn new(name: String) -> Result<Self, FieldError> {
        let name = Text::<{ Self::MAX }>::new(name)?.into_string();
        if !name.chars().all(|c| c.is_alphanumeric() || "@.+-_".contains(c)) {
            return Err(FieldError::UsernameCharacters);
        }
        Ok(Self(name))
    }
}

text_accessors!(Username);

named_enum! {
    /// What a user is. It never changes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum UserKind {
        /// A human, who can log in, get tasks and be notified.
        Person = "person";
        /// A program, which uses API keys. It has no password, and is neither assigned nor notified.
        Service = "service";
    }
}

impl UserKind {
    /// Checks that a new user of this kind has a password or not: people who log in need one.
    ///
    /// # Errors
    ///
    /// [`FieldError::Required`] and [`FieldError::PasswordOfService`].
    pub fn check_password(self, has_password: bool) -> Result<(), FieldError> {
        match (self, has_password) {
            (Self::Person, false) => Err(FieldError::Required),
            (Self::Service, true) => Err(FieldError::PasswordOfService),
            _ => Ok(()),
        }
    }
}

/// The id of a user in another system.
pub type ExternalId = Text<255>;

/// A user, as stored; the password hash is in [`Credentials`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub kind: UserKind,
    /// Unique username.
    pub username: String,
    /// Unique id in another system, if it has provisioned the user.
    pub external_id: Option<String>,
    /// E-mail address, possibly empty.
    pub email: String,
    /// Given name, possibly empty.
    pub first_name: String,
    /// Family name, possibly empty.
    pub last_name: String,
    /// Whether the user is staff: may administer users and see all tasks.
    pub is_staff: bool,
    /// Whether the user may log in.
    pub is_active: bool,
    /// The notification types that the user has turned off.
    pub preferences: Preferences,
    /// The time of the last new password. Tokens without a session that were issued before are invalid.
    pub tokens_valid_from: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

impl User {
    /// Whether tasks may be assigned to the user and notifications sent: active persons.
    pub fn is_active_person(&self) -> bool {
        self.is_active && self.kind == UserKind::Person
    }

    /// Given and family name, or the username if both are empty.
    pub fn full_name(&self) -> String {
        match (self.first_name.trim(), self.last_name.trim()) {
            ("", "") => self.username.clone(),
            (name, "") | ("", name) => name.to_owned(),
            (first, last) => format!("{first} {last}"),
        }
    }

    /// Checks, in the transaction of a change, that a password which was compared before is still the
    /// user's. `user` is the stored user, `tokens_valid_from` the value at the comparison.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] if the user does not exist, is inactive or has another password.
    pub fn check_same_password(
        user: Option<&Self>,
        tokens_valid_from: DateTime<Utc>,
    ) -> Result<(), Failure> {
        match user {
            Some(user) if user.is_active && user.tokens_valid_from == tokens_valid_from => Ok(()),
            _ => Err(Failure::Conflict),
        }
    }
}

/// A user to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    pub kind: UserKind,
    /// Unique username.
    pub username: Username,
    pub external_id: Option<ExternalId>,
    /// `None` for a user who cannot log in by password.
    pub password: Option<PasswordHash>,
    pub profile: Profile,
    pub is_staff: bool,
    pub is_active: bool,
    pub created_at: DateTime<Utc>,
}

impl NewUser {
    /// The user that a store keeps once it has assigned the id, with the password hash.
    pub fn into_credentials(self, id: UserId) -> Credentials {
        let user = User {
            id,
            kind: self.kind,
            username: self.username.into_string(),
            external_id: self.external_id.map(Text::into_string),
            email: self.profile.email.into_string(),
            first_name: self.profile.first_name.into_string(),
            last_name: self.profile.last_name.into_string(),
            is_staff: self.is_staff,
            is_active: self.is_active,
            preferences: Preferences::default(),
            tokens_valid_from: self.created_at,
            created_at: self.created_at,
        };
        Credentials { user, password: self.password }
    }
}

/// A user with the hash of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub user: User,
    /// `None` for a user who cannot log in by password.
    pub password: Option<PasswordHash>,
}

/// The names of a user that every other user may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    /// Unique username.
    pub username: String,
    /// Given and family name, or the username.
    pub full_name: String,
}

/// The display names of users, sorted by id. Copies share the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserNames(Vec<(UserId, Arc<UserSummary>)>);

impl UserNames {
    /// The names of this user, if the user exists.
    pub fn get(&self, id: UserId) -> Option<&Arc<UserSummary>> {
        let place = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.0[place].1)
    }

    /// The names of these users only; ids may come several times.
    #[must_use]
    pub fn of(&self, ids: impl Iterator<Item = UserId>) -> Self {
        ids.filter_map(|id| Some((id, self.get(id)?.clone()))).collect()
    }
}

impl FromIterator<(UserId, Arc<UserSummary>)> for UserNames {
    fn from_iter<I: IntoIterator<Item = (UserId, Arc<UserSummary>)>>(names: I) -> Self {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable_by_key(|(id, _)| *id);
        names.dedup_by_key(|(id, _)| *id);
        Self(names)
    }
}

impl<'a> FromIterator<&'a User> for UserNames {
    fn from_iter<I: IntoIterator<Item = &'a User>>(users: I) -> Self {
        let names = users.into_iter().map(|user| {
            let summary =
                UserSummary { username: user.username.clone(), full_name: user.full_name() };
            (user.id, Arc::new(summary))
        });
        names.collect()
    }
}

/// A value with the display names of the users that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithUserNames<T> {
    pub value: T,
    pub user_names: UserNames,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn username_accepts_letters_digits_and_five_signs() {
        for good in ["bob", "a@b.c+d-e_f", "Zoë", "日本"] {
            assert!(Username::new(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["a b", "a/b", "<b>", "a\n"] {
            let refused = Username::new(bad.to_owned());
            assert_eq!(refused, Err(FieldError::UsernameCharacters), "{bad}");
        }
    }
}
