use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Accounts;
use super::auth_cache::{Auth, KeyAuth};
use crate::Failure;
use crate::domain::account::{
    Claims, ClientNetwork, Login, LoginFacts, PresentedKey, Scopes, TokenKind, User,
};
use crate::domain::id::ApiKeyId;

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub user: Arc<User>,
    /// The login of the token.
    pub login: Login,
    /// When the token expires.
    pub token_expires_at: DateTime<Utc>,
    /// When the session expires, if the token has one.
    pub login_expires_at: Option<DateTime<Utc>>,
    /// The scopes of the API key, if the caller used one.
    pub scopes: Option<Scopes>,
}

impl Accounts {
    /// Authenticates a request by the access token or the API key of its `Authorization` header. Call it once
    /// per request, because it counts the requests of the user. Check [`Caller::scopes`] before anything is
    /// done for the caller.
    ///
    /// # Errors
    ///
    /// Those of [`Accounts::authenticate`].
    pub async fn authenticate_header(
        &self,
        token: Option<String>,
        client: ClientNetwork,
    ) -> Result<Caller, Failure> {
        match token {
            Some(key) if key.starts_with(PresentedKey::PREFIX) => {
                self.authenticate_key(key, client).await
            }
            token => self.authenticate(token, &[TokenKind::Access]).await,
        }
    }

    /// Authenticates a request by its token, which must be of one of these kinds; API keys are of none. Call
    /// it once per request, because it counts the requests of the user.
    ///
    /// # Errors
    ///
    /// [`Failure::NotAuthenticated`] without a token, [`Failure::TokenNotValid`] or [`Failure::UserInactive`]
    /// for an invalid one, [`Failure::Throttled`] after too many requests.
    pub async fn authenticate(
        &self,
        token: Option<String>,
        kinds: &[TokenKind],
    ) -> Result<Caller, Failure> {
        let token = token.ok_or(Failure::NotAuthenticated)?;
        let auth = self.cached_auth(token, kinds).await?;
        let Auth { claims, user, session, .. } = &*auth;
        self.requests.check(user.id, self.clock.now())?;
        Ok(Caller {
            user: user.clone(),
            login: claims.login(),
            token_expires_at: claims.expires_at,
            login_expires_at: session.as_ref().map(|session| {
                let end = self.lifetimes.session_end(session.created_at);
                session.expires_at.min(end)
            }),
            scopes: None,
        })
    }

    /// Whether this is a valid API key, or an access token with a valid signature that has not expired. For a
    /// token the store is not read, so the user may be inactive and the session revoked; a key is cached for
    /// its authentication, which also logs a refusal.
    pub async fn is_credential(&self, token: String) -> bool {
        if token.starts_with(PresentedKey::PREFIX) {
            return self.key_auth(token, self.clock.now()).await.is_ok();
        }
        let claims = self.tokens.read(token);
        claims.is_ok_and(|claims| {
            let checked = claims.check(&[TokenKind::Access], self.clock.now());
            checked.is_ok()
        })
    }

    /// Checks that a token of any kind is valid; a spent refresh token is not.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`] or [`Failure::UserInactive`].
    pub async fn verify(&self, token: String) -> Result<(), Failure> {
        let claims = self.tokens.read(token)?;
        claims.check(&TokenKind::ALL, self.clock.now())?;
        let Auth { claims, session, .. } = self.load_valid_auth(claims).await?;
        let current = session.map(|session| session.refresh);
        let is_spent = current.is_none() || current != claims.id;
        if claims.kind == TokenKind::Refresh && is_spent {
            return Err(Failure::TokenNotValid);
        }
        Ok(())
    }

    /// The facts about a valid token of these kinds, from the cache if possible.
    async fn cached_auth(&self, token: String, kinds: &[TokenKind]) -> Result<Arc<Auth>, Failure> {
        let now = self.clock.now();
        if let Some(auth) = self.auth_cache.get(&token, now) {
            auth.claims.check(kinds, now)?;
            self.check(&auth.claims.login(), auth.facts(), now)?;
            return Ok(auth);
        }
        let claims = self.tokens.read(token.clone())?;
        claims.check(kinds, now)?;
        let fill = self.auth_cache.start_fill(now);
        let auth = Arc::new(self.load_valid_auth(claims).await?);
        self.auth_cache.remember(fill, token, auth.clone());
        Ok(auth)
    }

    /// The facts about these claims, if the login is valid.
    pub(super) async fn load_valid_auth(&self, claims: Claims) -> Result<Auth, Failure> {
        let now = self.clock.now();
        let login = claims.login();
        let user = self.find_user(login.user).await?;
        let session = self.find_session(login.session.clone()).await?;
        let issuer = self.find_issuer(login.issuer).await?;
        let facts = LoginFacts {
            user: user.as_ref(),
            session: session.as_ref(),
            key: issuer.as_ref().map(|issuer| &issuer.key),
            key_owner: issuer.as_ref().map(|issuer| &*issuer.user),
        };
        self.check(&login, facts, now)?;
        let user = Arc::new(user.ok_or(Failure::TokenNotValid)?);
        Ok(Auth { claims, user, session, issuer })
    }

    /// The API key and its user, if both exist.
    async fn find_issuer(&self, key: Option<ApiKeyId>) -> Result<Option<KeyAuth>, Failure> {
        let Some(key) = key else { return Ok(None) };
        let Some(key) = self.api_keys.find_many(vec![key]).await?.into_iter().next() else {
            return Ok(None);
        };
        let user = self.find_user(key.user).await?;
        Ok(user.map(|user| KeyAuth { key, user: Arc::new(user) }))
    }

    /// Checks the login, and the maximum age of its session.
    fn check(
        &self,
        login: &Login,
        facts: LoginFacts<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        login.check(facts, now)?;
        let end = facts.session.map(|session| self.lifetimes.session_end(session.created_at));
        if end.is_some_and(|end| end <= now) {
            return Err(Failure::TokenNotValid);
        }
        Ok(())
    }
}
