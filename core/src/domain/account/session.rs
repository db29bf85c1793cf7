//! Logins. A login is a family of tokens: each refresh token is spent by its successor.

use std::ops::Deref;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::account::User;
use crate::domain::id::{SessionId, TokenId, UserId};

/// The refresh token that the current one has replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentToken {
    /// Its identity.
    pub id: TokenId,
    /// When it was spent.
    pub at: DateTime<Utc>,
}

/// What a presented refresh token is to its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshUse {
    /// The unspent token.
    Current,
    /// The token that was spent last, a moment ago: its client lost the answer, or another tab of the
    /// same browser was faster.
    Retried,
    /// A token that was spent before: a copy of it exists.
    Reused,
}

/// What is kept of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Identity.
    pub id: SessionId,
    /// Who logged in.
    pub user: UserId,
    /// The one refresh token that is not spent yet.
    pub refresh: TokenId,
    /// The refresh token that was spent last, if any was.
    pub previous: Option<SpentToken>,
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

    /// What a refresh token with this identity is to the session at this moment. A token that was spent
    /// at most `grace` ago and whose successor is unspent is [`RefreshUse::Retried`]; with a grace of
    /// zero none is.
    #[must_use]
    pub fn refresh_use(
        &self,
        presented: Option<&TokenId>,
        grace: TimeDelta,
        now: DateTime<Utc>,
    ) -> RefreshUse {
        if presented == Some(&self.refresh) {
            return RefreshUse::Current;
        }
        // The clock of the node that spent it may be ahead of ours.
        let retried = self.previous.as_ref().is_some_and(|spent| {
            grace > TimeDelta::zero() && presented == Some(&spent.id) && now - spent.at <= grace
        });
        if retried {
            RefreshUse::Retried
        } else {
            RefreshUse::Reused
        }
    }
}

impl Deref for Session {
    type Target = SessionRecord;

    fn deref(&self) -> &SessionRecord {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: TimeDelta = TimeDelta::seconds(20);

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    fn token(id: &str) -> TokenId {
        TokenId(id.to_owned())
    }

    /// A session whose token `first` was replaced by `second` at second 100.
    fn session() -> Session {
        Session::restore(SessionRecord {
            id: SessionId("s".to_owned()),
            user: UserId(7),
            refresh: token("second"),
            previous: Some(SpentToken {
                id: token("first"),
                at: at(100),
            }),
            created_at: at(0),
            expires_at: at(1_000),
            revoked_at: None,
        })
    }

    #[test]
    fn spent_token_is_retried_within_the_grace_and_reused_after_it() {
        let uses = |grace, second| session().refresh_use(Some(&token("first")), grace, at(second));
        assert_eq!(uses(GRACE, 100), RefreshUse::Retried);
        assert_eq!(uses(GRACE, 120), RefreshUse::Retried);
        assert_eq!(uses(GRACE, 121), RefreshUse::Reused);
        assert_eq!(
            uses(GRACE, 98),
            RefreshUse::Retried,
            "a clock that is behind"
        );
        assert_eq!(uses(TimeDelta::zero(), 100), RefreshUse::Reused);
        assert_eq!(uses(TimeDelta::zero(), 98), RefreshUse::Reused);
    }

    #[test]
    fn only_the_newest_two_tokens_are_known() {
        let uses = |presented: Option<&TokenId>| session().refresh_use(presented, GRACE, at(101));
        assert_eq!(uses(Some(&token("second"))), RefreshUse::Current);
        assert_eq!(uses(Some(&token("zeroth"))), RefreshUse::Reused);
        assert_eq!(uses(None), RefreshUse::Reused);
    }
}
