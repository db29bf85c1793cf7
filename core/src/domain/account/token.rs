//! What a token says (RFC 7519), once its signature has been checked.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::Login;
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::named_enum::named_enum;

named_enum! {
    /// The purpose of a token. No kind is accepted in place of another.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum TokenKind {
        /// Calls the API and opens streams.
        Access = "access";
        /// Exchanged once for a new pair of tokens.
        Refresh = "refresh";
        /// Opens streams and nothing else, so that it may appear in a URL.
        Stream = "stream";
    }
}

/// How far the clock of who signed a token may be ahead. For so long the token may outlive a change of
/// the password that comes after it.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// The claims of a token. Times are whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// What it is good for.
    pub kind: TokenKind,
    /// Whose it is.
    pub user: UserId,
    /// The login it came from; absent from tokens that somebody else signed.
    pub session: Option<SessionId>,
    /// Its own identity; absent from tokens that somebody else signed.
    pub id: Option<TokenId>,
    /// When it was issued; absent from tokens that somebody else signed.
    pub issued_at: Option<DateTime<Utc>>,
    /// Not good before this.
    pub not_before: Option<DateTime<Utc>>,
    /// Not good from this on.
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// Refuses a token of no wanted kind, or outside its time: no leeway. So is one that was not issued
    /// yet, by any clock that is nearly right.
    pub fn check(self, kinds: &[TokenKind], now: DateTime<Utc>) -> Result<Self, Failure> {
        let in_time = now < self.expires_at && self.not_before.is_none_or(|start| start <= now);
        let is_issued = self
            .issued_at
            .is_none_or(|issued| issued - now <= CLOCK_SKEW);
        if in_time && is_issued && kinds.contains(&self.kind) {
            Ok(self)
        } else {
            Err(Failure::TokenNotValid)
        }
    }

    /// The login whose standing decides whether the token still counts.
    #[must_use]
    pub fn login(&self) -> Login {
        Login {
            user: self.user,
            session: self.session.clone(),
            issued_at: self.issued_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            kind: TokenKind::Access,
            user: UserId(7),
            session: None,
            id: None,
            issued_at: None,
            not_before: Some(at(10)),
            expires_at: at(20),
        }
    }

    #[test]
    fn a_token_counts_from_not_before_until_just_before_its_expiry() {
        let counts = |second| claims().check(&[TokenKind::Access], at(second)).is_ok();
        assert_eq!([9, 10, 19, 20].map(counts), [false, true, true, false]);
    }

    #[test]
    fn a_token_was_issued_before_it_comes_clocks_that_differ_a_little_apart() {
        let issued_at = |second| Claims {
            issued_at: Some(at(second)),
            expires_at: at(1_000),
            ..claims()
        };
        let counts = |second| {
            issued_at(second)
                .check(&[TokenKind::Access], at(15))
                .is_ok()
        };
        assert_eq!([0, 15, 20, 21].map(counts), [true, true, true, false]);
    }

    #[test]
    fn no_kind_does_the_work_of_another() {
        for kind in [TokenKind::Refresh, TokenKind::Stream] {
            assert_eq!(claims().check(&[kind], at(15)), Err(Failure::TokenNotValid));
        }
    }
}
