use super::{Accounts, TokenPair};
use crate::Failure;
use crate::domain::change::SessionChange;
use crate::domain::id::TokenId;
use crate::domain::session::Session;
use crate::domain::token::TokenKind;

/// How often somebody else may be faster before the caller hears of it.
const ATTEMPTS: usize = 5;

impl Accounts {
    /// A new pair for a refresh token, which is spent by that. A spent one that comes again was
    /// stolen: the whole login ends.
    pub async fn refresh(&self, token: String) -> Result<TokenPair, Failure> {
        let claims = self
            .tokens
            .read(token)?
            .check(&[TokenKind::Refresh], self.clock.now())?;
        for _ in 0..ATTEMPTS {
            let (user, session) = self.standing(&claims).await?;
            let session = session.ok_or(Failure::TokenNotValid)?;
            let next = self.tokens.new_token_id();
            let (pair, expires_at) = self.pair(user.id, &session.id, next.clone())?;
            let rotate = |spent: TokenId| SessionChange::Rotate {
                session: session.id.clone(),
                spent,
                next,
                expires_at,
            };
            let change = match current(&session, claims.id.as_ref()) {
                Some(spent) => rotate(spent),
                None => SessionChange::Revoke {
                    session: session.id.clone(),
                    at: self.clock.now(),
                },
            };
            let revokes = matches!(change, SessionChange::Revoke { .. });
            match self.sessions.commit(change).await {
                Err(Failure::Conflict) => {}
                Err(failure) => return Err(failure),
                Ok(()) if revokes => return Err(Failure::TokenNotValid),
                Ok(()) => return Ok(pair),
            }
        }
        Err(Failure::TokenNotValid)
    }
}

/// The login's unspent refresh token, if that is the one presented.
fn current(session: &Session, presented: Option<&TokenId>) -> Option<TokenId> {
    presented
        .filter(|token| **token == session.refresh)
        .cloned()
}
