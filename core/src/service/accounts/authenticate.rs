use chrono::{DateTime, Utc};

use super::Accounts;
use super::auth_cache::CachedAuth;
use crate::Failure;
use crate::domain::account::{Claims, Login, Session, TokenKind, User};

/// Who calls, and by which login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// By which login.
    pub login: Login,
    /// When the token expires.
    pub token_expires_at: DateTime<Utc>,
    /// When the login expires, where it is one of ours.
    pub login_expires_at: Option<DateTime<Utc>>,
}

impl Accounts {
    /// Who calls with this token, if it is of one of these kinds and its login stands. To be asked
    /// once a request, which counts as one of this user's: [`Failure::Throttled`] if there have been
    /// too many.
    pub async fn authenticate(
        &self,
        token: Option<String>,
        kinds: &[TokenKind],
    ) -> Result<Caller, Failure> {
        let token = token.ok_or(Failure::NotAuthenticated)?;
        let claims = self.tokens.read(token)?.check(kinds, self.clock.now())?;
        let (user, session) = self.recent_standing(&claims).await?;
        self.requests.check(user.id, self.clock.now())?;
        Ok(Caller {
            user,
            login: claims.login(),
            token_expires_at: claims.expires_at,
            login_expires_at: session.map(|session| {
                let end = self.lifetimes.session_end(session.created_at);
                session.expires_at.min(end)
            }),
        })
    }

    /// Whether this is an access token that has not expired, by its signature alone: the store is not
    /// asked, so its user may be inactive and its session may have ended.
    #[must_use]
    pub fn is_access_token(&self, token: String) -> bool {
        let claims = self.tokens.read(token);
        claims.is_ok_and(|claims| {
            let checked = claims.check(&[TokenKind::Access], self.clock.now());
            checked.is_ok()
        })
    }

    /// Whether a token of any kind still counts; a spent refresh token does not.
    pub async fn verify(&self, token: String) -> Result<(), Failure> {
        let claims = self
            .tokens
            .read(token)?
            .check(&TokenKind::ALL, self.clock.now())?;
        let (_, session) = self.standing(&claims).await?;
        let current = session.map(|session| session.refresh.clone());
        let is_spent = current.is_none() || current != claims.id;
        if claims.kind == TokenKind::Refresh && is_spent {
            return Err(Failure::TokenNotValid);
        }
        Ok(())
    }

    /// As [`Self::standing`], or what that was a moment ago.
    async fn recent_standing(&self, claims: &Claims) -> Result<CachedAuth, Failure> {
        let key = (claims.user, claims.session.clone());
        let now = self.clock.now();
        if let Some((user, session)) = self.auth_cache.0.get(&key, now) {
            self.check(claims, Some(&user), session.as_ref())?;
            return Ok((user, session));
        }
        let token = self.auth_cache.0.start_fill(now);
        let auth = self.standing(claims).await?;
        self.auth_cache.0.remember(token, key, auth.clone());
        Ok(auth)
    }

    /// The user and the login of these claims, if both still count.
    pub(super) async fn standing(&self, claims: &Claims) -> Result<CachedAuth, Failure> {
        let user = self.find_user(claims.user).await?;
        let session = self.find_session(claims.session.clone()).await?;
        self.check(claims, user.as_ref(), session.as_ref())?;
        Ok((user.ok_or(Failure::TokenNotValid)?, session))
    }

    /// Refuses claims whose login does not stand, or is older than any may become.
    fn check(
        &self,
        claims: &Claims,
        user: Option<&User>,
        session: Option<&Session>,
    ) -> Result<(), Failure> {
        claims.login().check(user, session)?;
        let end = session.map(|session| self.lifetimes.session_end(session.created_at));
        if end.is_some_and(|end| end <= self.clock.now()) {
            return Err(Failure::TokenNotValid);
        }
        Ok(())
    }
}
