//! The cache of authenticated users: most requests follow another one with the same token.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::account::{ApiKey, Claims, LoginFacts, Session, User};
use crate::domain::id::{ApiKeyId, UserId};
use crate::ttl_cache::{FillToken, TtlCache};

/// How long an entry is valid. A stream that opens then lives until the session reaper runs, every two seconds:
/// together less than five seconds after a revocation.
const LIFETIME: TimeDelta = TimeDelta::seconds(2);

/// The facts about a token with a valid signature, whose user and session were valid when they were read.
pub(super) struct Auth {
    pub(super) claims: Claims,
    pub(super) user: Arc<User>,
    /// The session of the token, if it has one.
    pub(super) session: Option<Session>,
    /// The API key that issued the token, if one did.
    pub(super) issuer: Option<KeyAuth>,
}

impl Auth {
    pub(super) fn facts(&self) -> LoginFacts<'_> {
        let issuer = self.issuer.as_ref();
        LoginFacts {
            user: Some(&self.user),
            session: self.session.as_ref(),
            key: issuer.map(|issuer| &issuer.key),
            key_owner: issuer.map(|issuer| &*issuer.user),
        }
    }
}

/// The facts about an API key, which was valid with its user when they were read.
pub(super) struct KeyAuth {
    pub(super) key: ApiKey,
    pub(super) user: Arc<User>,
}

/// Facts about valid tokens, by the whole token: its signature is verified once per lifetime of an entry. The
/// times of the token must be checked at each use.
///
/// API keys have a cache of their own, so that no key is accepted where only tokens are.
pub struct AuthCache {
    tokens: TtlCache<String, Arc<Auth>>,
    keys: TtlCache<String, Arc<KeyAuth>>,
}

impl AuthCache {
    pub(super) fn get(&self, token: &String, now: DateTime<Utc>) -> Option<Arc<Auth>> {
        self.tokens.get(token, now)
    }

    pub(super) fn start_fill(&self, now: DateTime<Utc>) -> FillToken {
        self.tokens.start_fill(now)
    }

    pub(super) fn remember(&self, fill: FillToken, token: String, auth: Arc<Auth>) {
        self.tokens.remember(fill, token, auth);
    }

    pub(super) fn get_key(&self, key: &String, now: DateTime<Utc>) -> Option<Arc<KeyAuth>> {
        self.keys.get(key, now)
    }

    pub(super) fn start_key_fill(&self, now: DateTime<Utc>) -> FillToken {
        self.keys.start_fill(now)
    }

    pub(super) fn remember_key(&self, fill: FillToken, key: String, auth: Arc<KeyAuth>) {
        self.keys.remember(fill, key, auth);
    }

    /// Forgets an API key and the tokens that it issued.
    pub(super) fn forget_key(&self, id: ApiKeyId) {
        self.tokens.forget(|_, auth| auth.claims.issuer == Some(id));
        self.keys.forget(|_, auth| auth.key.id == id);
    }

    /// Forgets all tokens and keys of a user, and the tokens that these keys issued.
    pub(super) fn forget(&self, user: UserId) {
        self.tokens.forget(|_, auth| {
            let issuer = auth.issuer.as_ref().map(|issuer| issuer.user.id);
            auth.user.id == user || issuer == Some(user)
        });
        self.keys.forget(|_, auth| auth.user.id == user);
    }

    /// Frees the memory of expired entries.
    pub(super) fn remove_expired(&self, now: DateTime<Utc>) {
        self.tokens.remove_expired(now);
        self.keys.remove_expired(now);
    }
}

impl Default for AuthCache {
    fn default() -> Self {
        Self { tokens: TtlCache::new(LIFETIME), keys: TtlCache::new(LIFETIME) }
    }
}
