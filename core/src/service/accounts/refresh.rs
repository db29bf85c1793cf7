use super::auth_cache::Auth;
use super::{Accounts, TokenPair};
use crate::Failure;
use crate::domain::account::{
    Actor, ClientNetwork, RefreshUse, SecurityEventKind, Session, TokenKind,
};
use crate::domain::change::SessionChange;

/// How often a refresh is tried against parallel ones of the same session.
const ATTEMPTS: usize = 5;

impl Accounts {
    /// Exchanges a refresh token for a new pair. A token that was spent within the grace period gets the
    /// same successor again while that is unspent, because two tabs may refresh at once and a response may
    /// be lost. Any other spent token is a copy, and its session is revoked.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`] or [`Failure::UserInactive`].
    pub async fn refresh(
        &self,
        token: String,
        client: ClientNetwork,
    ) -> Result<TokenPair, Failure> {
        let now = self.clock.now();
        let claims = self.tokens.read(token)?;
        claims.check(&[TokenKind::Refresh], now)?;
        for _ in 0..ATTEMPTS {
            let Auth { user, session, .. } = self.load_valid_auth(claims.clone()).await?;
            let session = session.ok_or(Failure::TokenNotValid)?;
            let grace = self.lifetimes.refresh_grace;
            match session.refresh_use(claims.id.as_ref(), grace, now) {
                RefreshUse::Current => match self.rotate(&session).await {
                    Err(Failure::Conflict) => {}
                    outcome => return outcome,
                },
                RefreshUse::Retried => return self.pair(&session),
                RefreshUse::Reused => {
                    let session = session.id.clone();
                    let revoke = SessionChange::Revoke { session, at: now };
                    self.sessions.commit(revoke).await?;
                    let actor = Actor::anonymous(client);
                    self.log(actor, SecurityEventKind::RefreshTokenReused, Some(user.id));
                    return Err(Failure::TokenNotValid);
                }
            }
        }
        Err(Failure::TokenNotValid)
    }

    /// Replaces the current refresh token of the session.
    async fn rotate(&self, session: &Session) -> Result<TokenPair, Failure> {
        let rotated = Session {
            refresh: self.tokens.new_token_id(),
            expires_at: self.refresh_expiry(session.created_at),
            ..session.clone()
        };
        let pair = self.pair(&rotated)?;
        let change = SessionChange::Rotate {
            session: rotated.id,
            spent: session.refresh.clone(),
            next: rotated.refresh,
            expires_at: rotated.expires_at,
            at: self.clock.now(),
        };
        self.sessions.commit(change).await?;
        Ok(pair)
    }
}
