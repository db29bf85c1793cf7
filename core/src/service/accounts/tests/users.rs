//! Who there is, where they are and when.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::account::{ClientNetwork, Credentials, Password, PasswordHash, User};
use crate::domain::id::UserId;
use crate::domain::notification::Preferences;

/// Half a second past a whole one, as time is.
pub(super) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_500).unwrap()
}

pub(super) fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

/// Where people log in from.
pub(super) fn here() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 1].into())
}

/// A user whose password is the name with "'s secret" after it.
pub(super) fn credentials(id: i64, username: &str, is_active: bool) -> Credentials {
    Credentials {
        user: User {
            id: UserId(id),
            username: username.to_owned(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            is_staff: false,
            is_active,
            preferences: Preferences::default(),
            tokens_valid_from: start() - TimeDelta::days(30),
            created_at: start() - TimeDelta::days(30),
        },
        password: hash_of(&format!("{username}'s secret")),
    }
}

pub(super) fn hash_of(password: &str) -> PasswordHash {
    PasswordHash(format!("hash of {password}"))
}
