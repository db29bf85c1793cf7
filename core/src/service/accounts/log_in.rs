use super::{Accounts, TokenPair};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, Password, SecurityEventKind, Session};
use crate::domain::change::SessionChange;

impl Accounts {
    /// Opens a session by username and password. Unknown username, wrong password and inactive user give
    /// the same error after the same time.
    ///
    /// # Errors
    ///
    /// [`Failure::NoActiveAccount`], [`Failure::Throttled`] after too many attempts (see
    /// [`LoginThrottle`](super::LoginThrottle)).
    pub async fn log_in(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<TokenPair, Failure> {
        let user = self.check_password(username, password, network, None).await?;
        let user = user.ok_or(Failure::NoActiveAccount)?;

        let created_at = self.clock.now();
        let session = Session {
            id: self.tokens.new_session_id(),
            user: user.id,
            refresh: self.tokens.new_token_id(),
            previous: None,
            created_at,
            expires_at: self.refresh_expiry(created_at),
            revoked_at: None,
        };
        let pair = self.pair(&session)?;
        // The password may have changed during the slow comparison.
        let opened = SessionChange::Open { session, tokens_valid_from: user.tokens_valid_from };
        match self.sessions.commit(opened).await {
            Err(Failure::Conflict) => {
                let actor = Actor::anonymous(network);
                self.log(actor, SecurityEventKind::LoginFailed, Some(user.id));
                Err(Failure::NoActiveAccount)
            }
            outcome => outcome.map(|()| pair),
        }
    }
}
