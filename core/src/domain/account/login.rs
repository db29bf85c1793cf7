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
    /// The API key that issued the token for another user, if one did; the token ends with it.
    pub issuer: Option<ApiKeyId>,
}

/// What a store knows of a login: each fact is of the record that the login names, if it exists.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoginFacts<'a> {
    pub user: Option<&'a User>,
    pub session: Option<&'a Session>,
    /// The key of [`Login::named_key`].
    pub key: Option<&'a ApiKey>,
    /// The user of that key.
    pub key_owner: Option<&'a User>,
}

impl Login {
    /// The API key that the login depends on: the one that the caller used, or that issued the token.
    pub fn named_key(&self) -> Option<ApiKeyId> {
        self.key.or(self.issuer)
    }

    /// Checks that the login is valid at this time.
    ///
    /// # Errors
    ///
    /// [`Failure::UserInactive`] for an inactive user, [`Failure::TokenNotValid`] for an unknown user, an
    /// unknown or revoked session, a token without a session that is older than the password, an unknown,
    /// expired or revoked key, and a token whose issuer is such a key or one of an inactive user.
    pub fn check(&self, facts: LoginFacts<'_>, now: DateTime<Utc>) -> Result<(), Failure> {
        let user = facts.user.ok_or(Failure::TokenNotValid)?;
        if self.key.is_some() {
            facts
                .key
                .filter(|key| self.depends_on(key, now) && key.user == user.id)
                .ok_or(Failure::TokenNotValid)?;
        }
        if !user.is_active {
            return Err(Failure::UserInactive);
        }
        let is_valid = match (&self.session, self.key) {
            (_, Some(_)) => true,
            (Some(_), None) => facts.session.is_some_and(|session| session.is_valid_for(user)),
            (None, None) => !self.is_older_than_password_of(user),
        };
        if is_valid && self.has_valid_issuer(facts, now) {
            Ok(())
        } else {
            Err(Failure::TokenNotValid)
        }
    }

    fn has_valid_issuer(&self, facts: LoginFacts<'_>, now: DateTime<Utc>) -> bool {
        let is_valid = |key: &ApiKey| {
            let owner = facts.key_owner.filter(|owner| owner.id == key.user);
            self.depends_on(key, now) && owner.is_some_and(|owner| owner.is_active)
        };
        self.issuer.is_none() || facts.key.is_some_and(is_valid)
    }

    /// Whether the key is valid and the one that the login names.
    fn depends_on(&self, key: &ApiKey, now: DateTime<Utc>) -> bool {
        self.named_key() == Some(key.id) && key.is_valid_at(now)
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

    fn key(id: i64, owner: UserId) -> ApiKey {
        ApiKey {
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
        }
    }

    fn login(session: Option<&str>) -> Login {
        let session = session.map(|id| SessionId(id.to_owned()));
        Login { user: BOB, session, issued_at: Some(at(10)), key: None, issuer: None }
    }

    fn check(login: &Login, user: &User, session: Option<&Session>) -> Result<(), Failure> {
        login.check(LoginFacts { user: Some(user), session, ..LoginFacts::default() }, at(49))
    }

    const INVALID: Result<(), Failure> = Err(Failure::TokenNotValid);

    #[test]
    fn session_login_ends_when_the_session_is_revoked() {
        let check = |valid_from, session: Option<Session>| {
            check(&login(Some("s")), &user(true, valid_from), session.as_ref())
        };
        assert_eq!(check(0, Some(session(BOB, false))), Ok(()));
        let own = check(11, Some(session(BOB, false)));
        assert_eq!(own, Ok(()), "the session that set the new password");
        assert_eq!(check(0, Some(session(BOB, true))), INVALID);
        assert_eq!(check(0, Some(session(ZOE, false))), INVALID);
        assert_eq!(check(0, None), INVALID);
    }

    #[test]
    fn login_without_a_session_ends_with_the_password() {
        let check = |valid_from| check(&login(None), &user(true, valid_from), None);
        assert_eq!(check(10), Ok(()));
        assert_eq!(check(11), INVALID);
    }

    #[test]
    fn login_without_a_time_ends_with_the_first_password_change() {
        let timeless = Login { issued_at: None, ..login(None) };
        let check = |valid_from| check(&timeless, &user(true, valid_from), None);
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(1), INVALID);
    }

    #[test]
    fn key_login_ends_with_its_key() {
        let by_key = Login { key: Some(ApiKeyId(3)), ..login(None) };
        let check = |active, key: Option<&ApiKey>, second| {
            let user = user(active, 20);
            let facts = LoginFacts { user: Some(&user), key, ..LoginFacts::default() };
            by_key.check(facts, at(second))
        };
        let revoked = ApiKey { revoked_at: Some(at(20)), ..key(3, BOB) };
        assert_eq!(check(true, Some(&key(3, BOB)), 49), Ok(()), "whatever the password");
        assert_eq!(check(false, Some(&key(3, BOB)), 49), Err(Failure::UserInactive));
        assert_eq!(check(true, Some(&key(3, BOB)), 50), INVALID);
        assert_eq!(check(true, Some(&key(4, BOB)), 49), INVALID);
        assert_eq!(check(true, Some(&key(3, ZOE)), 49), INVALID);
        assert_eq!(check(true, Some(&revoked), 49), INVALID);
        assert_eq!(check(true, None, 49), INVALID);
    }

    #[test]
    fn issued_token_ends_with_the_key_that_issued_it_and_with_the_user_of_that_key() {
        let issued = Login { issuer: Some(ApiKeyId(3)), ..login(None) };
        let check = |valid_from, key: &ApiKey, owner: &User, second| {
            let user = user(true, valid_from);
            let facts = LoginFacts {
                user: Some(&user),
                session: None,
                key: Some(key),
                key_owner: Some(owner),
            };
            issued.check(facts, at(second))
        };
        let zoe = any_user(ZOE);
        let inactive = User { is_active: false, ..any_user(ZOE) };
        let revoked = ApiKey { revoked_at: Some(at(20)), ..key(3, ZOE) };
        assert_eq!(check(10, &key(3, ZOE), &zoe, 49), Ok(()));
        assert_eq!(check(11, &key(3, ZOE), &zoe, 49), INVALID, "a new password");
        assert_eq!(check(10, &key(3, ZOE), &zoe, 50), INVALID);
        assert_eq!(check(10, &key(4, ZOE), &zoe, 49), INVALID);
        assert_eq!(check(10, &revoked, &zoe, 49), INVALID);
        assert_eq!(check(10, &key(3, ZOE), &inactive, 49), INVALID);
        assert_eq!(check(10, &key(3, ZOE), &any_user(BOB), 49), INVALID);
        assert_eq!(super::tests::check(&issued, &user(true, 10), None), INVALID);
    }

    #[test]
    fn inactive_user_and_unknown_user_are_different_errors() {
        let token = login(None);
        assert_eq!(check(&token, &user(false, 0), None), Err(Failure::UserInactive));
        assert_eq!(token.check(LoginFacts::default(), at(49)), INVALID);
    }
}
