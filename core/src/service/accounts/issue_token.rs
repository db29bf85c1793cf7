use super::{Accounts, Caller};
use crate::Failure;
use crate::domain::account::TokenKind;

/// A stream token, which may appear in a URL.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamToken {
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
    pub fn stream_token(&self, caller: &Caller) -> Result<StreamToken, Failure> {
        let now = self.clock.now();
        let end_of_login = caller.login_expires_at.unwrap_or(caller.token_expires_at);
        let lifetime = self.lifetimes.stream.min(end_of_login - now);
        let expires_in = lifetime.num_seconds();
        if expires_in < 1 {
            return Err(Failure::TokenNotValid);
        }
        let session = caller.login.session.clone();
        let id = self.tokens.new_token_id();
        let expires_at = self.whole_second() + lifetime;
        let claims = self.claims(TokenKind::Stream, caller.user.id, session, id, expires_at);
        Ok(StreamToken { token: self.tokens.issue(claims)?, expires_in })
    }

    /// An access token for scripts. It has no session, so only its expiry, a new password or a deactivation
    /// end it.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for an unknown or inactive user.
    pub async fn access_token_for(&self, username: String) -> Result<String, Failure> {
        let user = self.active_user_named(username, "username").await?;
        let id = self.tokens.new_token_id();
        let expires_at = self.whole_second() + self.lifetimes.access;
        self.tokens.issue(self.claims(TokenKind::Access, user.id, None, id, expires_at))
    }
}
