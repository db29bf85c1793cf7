use super::Accounts;
use crate::Failure;
use crate::domain::account::TokenKind;

impl Accounts {
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
