//! Logins. A login is a family of tokens: each refresh token is spent by its successor.

use std::ops::Deref;

use chrono::{DateTime, Utc};

use super::id::{SessionId, TokenId, UserId};
use super::user::User;

/// What is kept of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Identity.
    pub id: SessionId,
    /// Who logged in.
    pub user: UserId,
    /// The one refresh token that is not spent yet.
    pub refresh: TokenId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When that refresh token expires, and the login with it.
    pub expires_at: DateTime<Utc>,
    /// Since when the login does not count any more.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A login, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session(SessionRecord);

impl Session {
    /// A login as a store remembers it.
    #[must_use]
    pub fn restore(record: SessionRecord) -> Self {
        Self(record)
    }

    /// Whether the tokens of this login still count for this user. A new password ends logins by
    /// revoking them, all but the one that it came from: their times say nothing.
    #[must_use]
    pub fn stands_for(&self, user: &User) -> bool {
        self.revoked_at.is_none() && self.user == user.id
    }
}

impl Deref for Session {
    type Target = SessionRecord;

    fn deref(&self) -> &SessionRecord {
        &self.0
    }
}
