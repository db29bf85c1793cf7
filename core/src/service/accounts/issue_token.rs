use chrono::TimeDelta;

use super::{Accounts, Caller};
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{Actor, Claims, ClientNetwork, SecurityEventKind, TokenKind};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;

/// A token that was issued without a new session.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub token: String,
    /// The lifetime in seconds.
    pub expires_in: i64,
}

impl Accounts {
    /// Issues a stream token that does not outlive the login of the caller.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`] if the login ends within a second.
    pub fn stream_token(&self, caller: &Caller) -> Result<IssuedToken, Failure> {
        let end_of_login = caller.login_expires_at.unwrap_or(caller.token_expires_at);
        let lifetime = self.lifetimes.stream.min(end_of_login - self.clock.now());
        let session = caller.login.session.clone();
        let id = self.tokens.new_token_id();
        let expires_at = self.whole_second() + lifetime;
        let claims = self.claims(TokenKind::Stream, caller.user.id, session, id, expires_at);
        let issuer = caller.login.issuer;
        self.issue(Claims { issuer, ..claims }, lifetime)
    }

    /// Issues an access token for a person, so that a program logs its own users in. `ttl_seconds` is its
    /// lifetime, by default that of access tokens, which is also the maximum. A token that an API key issues
    /// ends with that key and with the user of the key.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] for an unknown user, those of [`access::may_issue_token`],
    /// [`Failure::UserDeactivated`], [`Failure::Invalid`] for another lifetime.
    pub async fn issue_token(
        &self,
        caller: &Caller,
        owner: UserId,
        ttl_seconds: Option<i64>,
        client: ClientNetwork,
    ) -> Result<IssuedToken, Failure> {
        let owner = self.find_user(owner).await?.ok_or(Failure::NotFound)?;
        access::may_issue_token(&caller.user, caller.scopes.as_ref(), &owner)?;
        if !owner.is_active {
            return Err(Failure::UserDeactivated);
        }
        let longest = self.lifetimes.access;
        let lifetime = match ttl_seconds {
            None => longest,
            Some(seconds) => check_lifetime(seconds, longest)
                .map_err(|error| Failure::field("ttl_seconds", error))?,
        };
        let issuer = caller.login.named_key();
        let lifetime = match issuer {
            Some(_) => lifetime.min(caller.token_expires_at - self.clock.now()),
            None => lifetime,
        };
        let id = self.tokens.new_token_id();
        let expires_at = self.whole_second() + lifetime;
        let claims = self.claims(TokenKind::Access, owner.id, None, id, expires_at);
        let token = self.issue(Claims { issuer, ..claims }, lifetime)?;
        let actor = Actor::user(caller.user.id, client);
        self.log(actor, SecurityEventKind::TokenIssued, Some(owner.id));
        Ok(token)
    }

    /// An access token for scripts. It has no session, so only its expiry, a new password or a deactivation
    /// end it.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown or inactive user, and for a service.
    pub async fn access_token_for(&self, username: String) -> Result<String, Failure> {
        let user = self.active_user_named(username, "username").await?;
        let id = self.tokens.new_token_id();
        let expires_at = self.whole_second() + self.lifetimes.access;
        self.tokens.issue(self.claims(TokenKind::Access, user.id, None, id, expires_at))
    }

    /// Signs the claims of a token with this lifetime. [`Failure::TokenNotValid`] if it is below a second,
    /// because the login of the caller ends.
    fn issue(&self, claims: Claims, lifetime: TimeDelta) -> Result<IssuedToken, Failure> {
        let expires_in = lifetime.num_seconds();
        if expires_in < 1 {
            return Err(Failure::TokenNotValid);
        }
        Ok(IssuedToken { token: self.tokens.issue(claims)?, expires_in })
    }
}

fn check_lifetime(seconds: i64, longest: TimeDelta) -> Result<TimeDelta, FieldError> {
    if seconds < 1 {
        return Err(FieldError::TooSmall(1));
    }
    let lifetime = TimeDelta::try_seconds(seconds).filter(|lifetime| *lifetime <= longest);
    lifetime.ok_or(FieldError::TooGreat(longest.num_seconds()))
}
