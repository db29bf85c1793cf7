//! Who is there: logins, tokens, users. One file a use case.

mod attempts;
mod authenticate;
mod by_name;
mod change_password;
mod check_password;
mod create_user;
mod deactivate;
mod edit_user;
mod list_users;
mod log_in;
mod log_out;
mod preferences;
mod read_user;
mod refresh;
mod script_token;
mod set_password;
mod standings;
mod stream_token;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

pub use attempts::Attempts;
pub use authenticate::Caller;
pub use create_user::{NewUserRequest, NewUserTexts};
pub use standings::Standings;
pub use stream_token::StreamToken;

use crate::Failure;
use crate::domain::change::UserChange;
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::session::Session;
use crate::domain::token::{Claims, TokenKind};
use crate::domain::user::User;
use crate::port::{Clock, PasswordHasher, SessionRepository, TokenIssuer, UserRepository};
use crate::service::rate_limiter::RateLimiter;
use crate::service::replays::Replays;

/// How long each kind of token counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    /// Of an access token.
    pub access: TimeDelta,
    /// Of a refresh token.
    pub refresh: TimeDelta,
    /// Of a stream token.
    pub stream: TimeDelta,
}

/// An access token and the refresh token that follows it up.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// Calls the API.
    pub access: String,
    /// Is exchanged for the next pair.
    pub refresh: String,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(…)")
    }
}

/// What the use cases of accounts need.
#[derive(Clone)]
pub struct Accounts {
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Keeps the logins.
    pub sessions: Arc<dyn SessionRepository>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Signs tokens.
    pub tokens: Arc<dyn TokenIssuer>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How long tokens count.
    pub lifetimes: TokenLifetimes,
    /// What was found of logins a moment ago; nothing to begin with.
    pub standings: Arc<Standings>,
    /// Counts the log ins that fail.
    pub attempts: Arc<Attempts>,
    /// Limits the requests of each user.
    pub requests: Arc<RateLimiter>,
    /// Remembers requests that may come again.
    pub replays: Replays,
}

impl Accounts {
    async fn find_user(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.users.find_many(vec![id]).await?.into_iter().next())
    }

    /// Stores a change of a user who exists. What was remembered of logins may be another by then.
    async fn change_user(&self, change: UserChange) -> Result<User, Failure> {
        let changed = self.users.commit(change).await;
        // Whatever it says: a failure may have come after the change.
        self.standings.forget();
        changed
    }

    async fn find_session(&self, id: Option<SessionId>) -> Result<Option<Session>, Failure> {
        match id {
            Some(id) => Ok(self.sessions.find_many(vec![id]).await?.into_iter().next()),
            None => Ok(None),
        }
    }

    /// A token's claims; without a session it is one that no log out can end.
    fn claims(
        &self,
        kind: TokenKind,
        user: UserId,
        session: Option<SessionId>,
        id: TokenId,
        lifetime: TimeDelta,
    ) -> Claims {
        let now = self.clock.now().trunc_subsecs(0);
        Claims {
            kind,
            user,
            session,
            id: Some(id),
            issued_at: Some(now),
            not_before: None,
            expires_at: now + lifetime,
        }
    }

    /// The pair whose refresh token has this identity, and when that one expires.
    fn pair(
        &self,
        user: UserId,
        session: &SessionId,
        refresh: TokenId,
    ) -> Result<(TokenPair, DateTime<Utc>), Failure> {
        let claims =
            |kind, id, lifetime| self.claims(kind, user, Some(session.clone()), id, lifetime);
        let access = claims(
            TokenKind::Access,
            self.tokens.new_token_id(),
            self.lifetimes.access,
        );
        let refresh = claims(TokenKind::Refresh, refresh, self.lifetimes.refresh);
        let expires_at = refresh.expires_at;
        let pair = TokenPair {
            access: self.tokens.issue(access)?,
            refresh: self.tokens.issue(refresh)?,
        };
        Ok((pair, expires_at))
    }
}
