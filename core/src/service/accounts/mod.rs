//! Accounts: users, sessions and tokens. One file per use case or group of small ones.

mod api_keys;
mod attempt_count;
mod auth_cache;
mod authenticate;
mod authenticate_key;
mod change_password;
mod check_password;
mod create_user;
mod edit_user;
mod issue_token;
mod log_in;
mod log_out;
mod login_throttle;
mod preferences;
mod provision;
mod prune_sessions;
mod read_users;
mod refresh;
mod set_password;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

pub use api_keys::{CreatedKey, KeyRequest};
pub use auth_cache::AuthCache;
pub use authenticate::Caller;
pub use create_user::{NewUserRequest, NewUserTexts};
pub use issue_token::IssuedToken;
pub use login_throttle::{LoginLimits, LoginThrottle};
pub use provision::Provisioned;

use crate::Failure;
use crate::domain::account::{Actor, Claims, SecurityEventKind, Session, TokenKind, User};
use crate::domain::change::UserChange;
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::idempotency::Outcome;
use crate::port::{
    ApiKeyRepository, Clock, PasswordHasher, SecurityLog, SessionRepository, TokenIssuer,
    UserRepository,
};
use crate::service::idempotency::Idempotency;
use crate::service::rate_limiter::RateLimiter;

/// How long tokens and sessions are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetimes {
    pub access: TimeDelta,
    pub refresh: TimeDelta,
    pub stream: TimeDelta,
    /// How long a spent refresh token still gets its successor; zero for not at all.
    pub refresh_grace: TimeDelta,
    /// How long after the log-in a session can be refreshed; `None` for no limit. No token of a session
    /// outlives it.
    pub session: Option<TimeDelta>,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            access: TimeDelta::hours(4),
            refresh: TimeDelta::days(1),
            stream: TimeDelta::hours(1),
            refresh_grace: TimeDelta::seconds(20),
            session: Some(TimeDelta::days(90)),
        }
    }
}

impl TokenLifetimes {
    /// When a session that started at this time ends for good.
    fn session_end(&self, began_at: DateTime<Utc>) -> DateTime<Utc> {
        let end = |lifetime| began_at.trunc_subsecs(0).checked_add_signed(lifetime);
        self.session.and_then(end).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// An access token and the refresh token of a session; `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    pub user: UserId,
    pub access: String,
    pub refresh: String,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(…)")
    }
}

/// The service of accounts, and the ports that it uses. Every asynchronous method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[derive(Clone)]
pub struct Accounts {
    /// Changes are committed here, so that a cache learns of them.
    pub users: Arc<dyn UserRepository>,
    /// The same users without a cache.
    pub uncached_users: Arc<dyn UserRepository>,
    pub sessions: Arc<dyn SessionRepository>,
    pub api_keys: Arc<dyn ApiKeyRepository>,
    pub passwords: Arc<dyn PasswordHasher>,
    pub tokens: Arc<dyn TokenIssuer>,
    pub clock: Arc<dyn Clock>,
    pub lifetimes: TokenLifetimes,
    pub auth_cache: Arc<AuthCache>,
    pub throttle: Arc<LoginThrottle>,
    pub security_log: Arc<dyn SecurityLog>,
    pub requests: Arc<RateLimiter>,
    pub idempotency: Idempotency,
}

impl Accounts {
    async fn find_user(&self, id: UserId) -> Result<Option<User>, Failure> {
        Ok(self.uncached_users.find_many(vec![id]).await?.into_iter().next())
    }

    /// Records an action of this actor.
    fn log(&self, actor: Actor, kind: SecurityEventKind, target: Option<UserId>) {
        self.security_log.record(actor.event(kind, target));
    }

    /// Commits a change of an existing user, who is then authenticated anew.
    async fn change_user(&self, change: UserChange) -> Result<User, Failure> {
        let user = change.user();
        let changed = self.users.commit(change, None).await;
        let changed = changed.and_then(Outcome::into_created);
        // Even after a failure, which may have come after the commit.
        if let Some(user) = user {
            self.auth_cache.forget(user);
        }
        changed
    }

    /// Frees the memory of callers who have sent no request for a while.
    pub(crate) fn remove_expired_auth(&self) {
        self.auth_cache.remove_expired(self.clock.now());
    }

    async fn find_session(&self, id: Option<SessionId>) -> Result<Option<Session>, Failure> {
        match id {
            Some(id) => Ok(self.sessions.find_many(vec![id]).await?.into_iter().next()),
            None => Ok(None),
        }
    }

    /// The claims of a new token. A token without a session cannot be revoked by a log-out.
    fn claims(
        &self,
        kind: TokenKind,
        user: UserId,
        session: Option<SessionId>,
        id: TokenId,
        expires_at: DateTime<Utc>,
    ) -> Claims {
        Claims {
            kind,
            user,
            session,
            id: Some(id),
            issuer: None,
            issued_at: Some(self.whole_second()),
            not_before: None,
            expires_at,
        }
    }

    /// The current time in whole seconds, as tokens have it.
    fn whole_second(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(0)
    }

    /// When a refresh token expires that is issued now in a session that started at this time.
    fn refresh_expiry(&self, began_at: DateTime<Utc>) -> DateTime<Utc> {
        let expires_at = self.whole_second() + self.lifetimes.refresh;
        expires_at.min(self.lifetimes.session_end(began_at))
    }

    /// The current refresh token of the session, with a new access token.
    fn pair(&self, session: &Session) -> Result<TokenPair, Failure> {
        let claims = |kind, id, expires_at| {
            self.claims(kind, session.user, Some(session.id.clone()), id, expires_at)
        };
        let end = self.lifetimes.session_end(session.created_at);
        let access = claims(
            TokenKind::Access,
            self.tokens.new_token_id(),
            end.min(self.whole_second() + self.lifetimes.access),
        );
        let refresh = claims(TokenKind::Refresh, session.refresh.clone(), session.expires_at);
        Ok(TokenPair {
            user: session.user,
            access: self.tokens.issue(access)?,
            refresh: self.tokens.issue(refresh)?,
        })
    }
}
