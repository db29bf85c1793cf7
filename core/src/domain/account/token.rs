//! The claims of tokens (RFC 7519).

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::Login;
use crate::domain::id::{ApiKeyId, SessionId, TokenId, UserId};
use crate::domain::named_enum::named_enum;

named_enum! {
    /// The purpose of a token. One kind is not accepted as another.
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

/// The tolerated difference to the clock of the node that signed a token. A token may outlive a later
/// password change for this long.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// The claims of a token. Times are whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub kind: TokenKind,
    pub user: UserId,
    /// The session; `None` in tokens that another issuer signed.
    pub session: Option<SessionId>,
    /// The id of the token; `None` in tokens that another issuer signed.
    pub id: Option<TokenId>,
    /// The API key that issued the token for another user, if one did.
    pub issuer: Option<ApiKeyId>,
    /// When the token was issued; `None` in tokens that another issuer signed.
    pub issued_at: Option<DateTime<Utc>>,
    /// The token is not valid before this time.
    pub not_before: Option<DateTime<Utc>>,
    /// The token is not valid from this time on.
    pub expires_at: DateTime<Utc>,
}

impl Claims {
    /// Checks kind and times, without leeway except for the clock skew of the issue time.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`]
    pub fn check(&self, kinds: &[TokenKind], now: DateTime<Utc>) -> Result<(), Failure> {
        let in_time = now < self.expires_at && self.not_before.is_none_or(|start| start <= now);
        let is_issued = self.issued_at.is_none_or(|issued| issued - now <= CLOCK_SKEW);
        if in_time && is_issued && kinds.contains(&self.kind) {
            Ok(())
        } else {
            Err(Failure::TokenNotValid)
        }
    }

    /// The login that the token depends on.
    pub fn login(&self) -> Login {
        Login {
            user: self.user,
            session: self.session.clone(),
            issued_at: self.issued_at,
            key: None,
            issuer: self.issuer,
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
            issuer: None,
            issued_at: None,
            not_before: Some(at(10)),
            expires_at: at(20),
        }
    }

    #[test]
    fn token_is_valid_from_not_before_until_just_before_its_expiry() {
        let is_valid = |second| claims().check(&[TokenKind::Access], at(second)).is_ok();
        assert_eq!([9, 10, 19, 20].map(is_valid), [false, true, true, false]);
    }

    #[test]
    fn token_may_be_issued_in_the_future_by_the_clock_skew_only() {
        let issued_at =
            |second| Claims { issued_at: Some(at(second)), expires_at: at(1_000), ..claims() };
        let is_valid = |second| issued_at(second).check(&[TokenKind::Access], at(15)).is_ok();
        assert_eq!([0, 15, 20, 21].map(is_valid), [true, true, true, false]);
    }

    #[test]
    fn no_token_kind_replaces_another() {
        for kind in [TokenKind::Refresh, TokenKind::Stream] {
            assert_eq!(claims().check(&[kind], at(15)), Err(Failure::TokenNotValid));
        }
    }
}
