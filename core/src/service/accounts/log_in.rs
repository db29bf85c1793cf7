use super::{Accounts, TokenPair};
use crate::Failure;
use crate::domain::change::SessionChange;
use crate::domain::client::ClientNetwork;
use crate::domain::password::Password;
use crate::domain::session::SessionRecord;

impl Accounts {
    /// A pair of tokens for a name and its password. Unknown name, wrong password and inactive
    /// user are told apart neither by the answer nor by its time. [`Failure::Throttled`] after too
    /// many failures for this name from this network, or from this network.
    pub async fn log_in(
        &self,
        username: String,
        password: Password,
        network: ClientNetwork,
    ) -> Result<TokenPair, Failure> {
        let user = self.check_password(username, password, network).await?;
        let user = user.ok_or(Failure::NoActiveAccount)?;

        let session = self.tokens.new_session_id();
        let refresh = self.tokens.new_token_id();
        let (pair, expires_at) = self.pair(user.id, &session, refresh.clone())?;
        let login = SessionRecord {
            id: session,
            user: user.id,
            refresh,
            created_at: self.clock.now(),
            expires_at,
            revoked_at: None,
        };
        // The comparison takes its time, in which the password may have been changed.
        let opened = SessionChange::Open {
            login,
            tokens_valid_from: user.tokens_valid_from,
        };
        match self.sessions.commit(opened).await {
            Err(Failure::Conflict) => Err(Failure::NoActiveAccount),
            outcome => outcome.map(|()| pair),
        }
    }
}
