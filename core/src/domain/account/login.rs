//! The validity of tokens and streams after a log-in.

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::{ApiKey, Session, User};
use crate::domain::id::{ApiKeyId, SessionId, UserId};

/// What a token or a stream depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Login {
    pub user: UserId,
    /// The session; `None` for tokens that another issuer signed.
    pub session: Option<SessionId>,
    /// When the token was issued, in whole seconds, if it says so.
    pub issued_at: Option<DateTime<Utc>>,
    /// The API key, if the caller used one.
    pub key: Option<ApiKeyId>,
}

impl Login {
    /// Checks that a login without an API key is valid. `user` and `session` are those that the login names,
    /// if they exist.
    ///
    /// # Errors
    ///
    /// [`Failure::UserInactive`] for an inactive user, [`Failure::TokenNotValid`] for an unknown user, an
    /// unknown or revoked session, a token without a session that is older than the password, or a
    /// login by an API key.
    pub fn check(&self, user: Option<&User>, session: Option<&Session>) -> Result<(), Failure> {
        let user = user.ok_or(Failure::TokenNotValid)?;
        if !user.is_active {
            return Err(Failure::UserInactive);
        }
        let is_valid = match &self.session {
            _ if self.key.is_some() => false,
            Some(_) => session.is_some_and(|session| session.is_valid_for(user)),
            None => !self.is_older_than_password_of(user),
        };
        if is_valid { Ok(()) } else { Err(Failure::TokenNotValid) }
    }

    /// Checks that a login by an API key is valid. `user` and `key` are those that the login names, if they
    /// exist.
    ///
    /// # Errors
    ///
    /// [`Failure::UserInactive`] for an inactive user, [`Failure::TokenNotValid`] for an unknown user and for
    /// an unknown, expired or revoked key.
    pub fn check_key(
        &self,
        user: Option<&User>,
        key: Option<&ApiKey>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let user = user.ok_or(Failure::TokenNotValid)?;
        let key = key.filter(|key| self.key == Some(key.id) && key.is_valid_for(user, now));
        match key {
            Some(_) if user.is_active => Ok(()),
            Some(_) => Err(Failure::UserInactive),
            None => Err(Failure::TokenNotValid),
        }
    }

    /// Tokens have whole seconds, so a token of the same second as the new password is accepted. A token
    /// without a time may be older than any password change.
    fn is_older_than_password_of(&self, user: &User) -> bool {
        match self.issued_at {
            Some(issued) => issued.timestamp() < user.tokens_valid_from.timestamp(),
            None => user.tokens_valid_from > user.created_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{KeyHash, Scopes};
    use crate::domain::id::TokenId;
    use crate::tests::fixtures::{BOB, ZOE, user as any_user};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn user(is_active: bool, tokens_valid_from: i64) -> User {
        let tokens_valid_from = at(tokens_valid_from);
        User { is_active, tokens_valid_from, created_at: at(0), ..any_user(BOB) }
    }

    fn session(user: UserId, revoked: bool) -> Session {
        Session {
            id: SessionId("s".to_owned()),
            user,
            refresh: TokenId("r".to_owned()),
            previous: None,
            created_at: at(10),
            expires_at: at(100),
            revoked_at: revoked.then(|| at(20)),
        }
    }

    fn login(session: Option<&str>) -> Login {
        let session = session.map(|id| SessionId(id.to_owned()));
        Login { user: BOB, session, issued_at: Some(at(10)), key: None }
    }

    #[test]
    fn session_login_ends_when_the_session_is_revoked() {
        let check = |valid_from, session: Option<Session>| {
            login(Some("s")).check(Some(&user(true, valid_from)), session.as_ref())
        };
        assert_eq!(check(0, Some(session(BOB, false))), Ok(()));
        assert_eq!(
            check(11, Some(session(BOB, false))),
            Ok(()),
            "the session that set the new password"
        );
        assert_eq!(check(0, Some(session(BOB, true))), Err(Failure::TokenNotValid));
        assert_eq!(check(0, Some(session(ZOE, false))), Err(Failure::TokenNotValid));
        assert_eq!(check(0, None), Err(Failure::TokenNotValid));
    }

    #[test]
    fn login_without_a_session_ends_with_the_password() {
        let check = |valid_from| login(None).check(Some(&user(true, valid_from)), None);
        assert_eq!(check(10), Ok(()));
        assert_eq!(check(11), Err(Failure::TokenNotValid));
    }

    #[test]
    fn login_without_a_time_ends_with_the_first_password_change() {
        let timeless = Login { issued_at: None, ..login(None) };
        let check = |valid_from| timeless.check(Some(&user(true, valid_from)), None);
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(1), Err(Failure::TokenNotValid));
    }

    #[test]
    fn key_login_ends_with_its_key() {
        let by_key = Login { key: Some(ApiKeyId(3)), ..login(None) };
        let key = |id: i64, owner| ApiKey {
            id: ApiKeyId(id),
            user: owner,
            name: "back end".to_owned(),
            hint: "abcd".to_owned(),
            hash: KeyHash("hash".to_owned()),
            scopes: Scopes::default(),
            created_at: at(0),
            expires_at: Some(at(50)),
            last_used_at: None,
            revoked_at: None,
        };
        let check = |active, key: Option<&ApiKey>, second| {
            by_key.check_key(Some(&user(active, 20)), key, at(second))
        };
        let revoked = ApiKey { revoked_at: Some(at(20)), ..key(3, BOB) };
        assert_eq!(check(true, Some(&key(3, BOB)), 49), Ok(()), "whatever the password");
        assert_eq!(check(false, Some(&key(3, BOB)), 49), Err(Failure::UserInactive));
        assert_eq!(check(true, Some(&key(3, BOB)), 50), Err(Failure::TokenNotValid));
        assert_eq!(check(true, Some(&key(4, BOB)), 49), Err(Failure::TokenNotValid));
        assert_eq!(check(true, Some(&key(3, ZOE)), 49), Err(Failure::TokenNotValid));
        assert_eq!(check(true, Some(&revoked), 49), Err(Failure::TokenNotValid));
        assert_eq!(check(true, None, 49), Err(Failure::TokenNotValid));
        assert_eq!(by_key.check(Some(&user(true, 0)), None), Err(Failure::TokenNotValid));
    }

    #[test]
    fn inactive_user_and_unknown_user_are_different_errors() {
        let token = login(None);
        assert_eq!(token.check(Some(&user(false, 0)), None), Err(Failure::UserInactive));
        assert_eq!(token.check(None, None), Err(Failure::TokenNotValid));
    }
}
