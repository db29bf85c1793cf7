use super::Accounts;
use crate::Failure;
use crate::domain::account::TokenKind;
use crate::domain::change::SessionChange;

impl Accounts {
    /// Revokes the session of a refresh token; its access tokens and streams end too.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`].
    pub async fn log_out(&self, token: String) -> Result<(), Failure> {
        let now = self.clock.now();
        let claims = self.tokens.read(token)?;
        claims.check(&[TokenKind::Refresh], now)?;
        let auth = self.load_valid_auth(claims).await?;
        let session = auth.session.ok_or(Failure::TokenNotValid)?.id;
        self.sessions.commit(SessionChange::Revoke { session, at: now }).await
    }
}
