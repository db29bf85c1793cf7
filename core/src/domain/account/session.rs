//! Sessions. A session starts with a log-in and has a chain of refresh tokens, each spent by its successor.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::account::User;
use crate::domain::id::{SessionId, TokenId, UserId};

/// The refresh token before the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentToken {
    pub id: TokenId,
    pub at: DateTime<Utc>,
}

/// How a presented refresh token relates to its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshUse {
    /// The current token.
    Current,
    /// The token before, within the grace period: the client lost a response, or another tab of the same
    /// browser was faster.
    Retried,
    /// An older token, so a copy of it exists.
    Reused,
}

/// A session, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    /// The current refresh token.
    pub refresh: TokenId,
    /// The refresh token before the current one.
    pub previous: Option<SpentToken>,
    pub created_at: DateTime<Utc>,
    /// When the current refresh token expires, and the session with it.
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether the session's tokens are valid for this user. A new password revokes sessions, so their
    /// times do not matter here.
    pub fn is_valid_for(&self, user: &User) -> bool {
        self.revoked_at.is_none() && self.user == user.id
    }

    /// Whether the session had expired or was revoked at this time.
    pub fn has_ended(&self, at: DateTime<Utc>) -> bool {
        self.expires_at <= at || self.revoked_at.is_some_and(|revoked| revoked <= at)
    }

    /// Revokes the session; a revoked one keeps its time.
    pub fn revoke(&mut self, at: DateTime<Utc>) {
        self.revoked_at.get_or_insert(at);
    }

    /// How the presented refresh token relates to the session. The token before the current one is
    /// [`RefreshUse::Retried`] until `grace` has passed since it was spent; never with a grace of zero.
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
        let is_retried = self.previous.as_ref().is_some_and(|spent| {
            grace > TimeDelta::zero() && presented == Some(&spent.id) && now - spent.at <= grace
        });
        if is_retried { RefreshUse::Retried } else { RefreshUse::Reused }
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
        Session {
            id: SessionId("s".to_owned()),
            user: UserId(7),
            refresh: token("second"),
            previous: Some(SpentToken { id: token("first"), at: at(100) }),
            created_at: at(0),
            expires_at: at(1_000),
            revoked_at: None,
        }
    }

    #[test]
    fn spent_token_is_a_retry_within_the_grace_period_and_a_reuse_after_it() {
        let uses = |grace, second| session().refresh_use(Some(&token("first")), grace, at(second));
        assert_eq!(uses(GRACE, 100), RefreshUse::Retried);
        assert_eq!(uses(GRACE, 120), RefreshUse::Retried);
        assert_eq!(uses(GRACE, 121), RefreshUse::Reused);
        assert_eq!(uses(GRACE, 98), RefreshUse::Retried, "a clock that is behind");
        assert_eq!(uses(TimeDelta::zero(), 100), RefreshUse::Reused);
        assert_eq!(uses(TimeDelta::zero(), 98), RefreshUse::Reused);
    }

    #[test]
    fn only_the_two_newest_tokens_are_known() {
        let uses = |presented: Option<&TokenId>| session().refresh_use(presented, GRACE, at(101));
        assert_eq!(uses(Some(&token("second"))), RefreshUse::Current);
        assert_eq!(uses(Some(&token("zeroth"))), RefreshUse::Reused);
        assert_eq!(uses(None), RefreshUse::Reused);
    }
}
