use super::{Accounts, TokenPair};
use crate::Failure;
use crate::domain::account::{Actor, ClientNetwork, Password, SecurityEventKind, Session};
use crate::domain::change::SessionChange;

impl Accounts {
    /// A pair of tokens for a name and its password. Unknown name, wrong password and inactive
    /// user are told apart neither by the answer nor by its time. [`Failure::Throttled`] after too
    /// many attempts, as [`LoginThrottle`](super::LoginThrottle) counts them.
    pub async fn log_in(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<TokenPair, Failure> {
        let user = self
            .check_password(username, password, network, None)
            .await?;
        let user = user.ok_or(Failure::NoActiveAccount)?;

        let created_at = self.clock.now();
        let login = Session {
            id: self.tokens.new_session_id(),
            user: user.id,
            refresh: self.tokens.new_token_id(),
            previous: None,
            created_at,
            expires_at: self.refresh_expiry(created_at),
            revoked_at: None,
        };
        let pair = self.pair(&login)?;
        // The comparison takes its time, in which the password may have been changed.
        let opened = SessionChange::Open {
            login,
            tokens_valid_from: user.tokens_valid_from,
        };
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
