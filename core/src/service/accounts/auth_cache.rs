//! The cache of authenticated users: most requests follow another one with the same token.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::account::{Claims, Session, User};
use crate::domain::id::UserId;
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
}

/// Facts about valid tokens, by the whole token: its signature is verified once per lifetime of an entry. The
/// times of the token must be checked at each use.
pub struct AuthCache(TtlCache<String, Arc<Auth>>);

impl AuthCache {
    pub(super) fn get(&self, token: &String, now: DateTime<Utc>) -> Option<Arc<Auth>> {
        self.0.get(token, now)
    }

    pub(super) fn start_fill(&self, now: DateTime<Utc>) -> FillToken {
        self.0.start_fill(now)
    }

    pub(super) fn remember(&self, fill: FillToken, token: String, auth: Arc<Auth>) {
        self.0.remember(fill, token, auth);
    }

    /// Forgets all tokens of a user.
    pub(super) fn forget(&self, user: UserId) {
        self.0.forget(|_, auth| auth.user.id == user);
    }

    /// Frees the memory of expired entries.
    pub(super) fn remove_expired(&self, now: DateTime<Utc>) {
        self.0.remove_expired(now);
    }
}

impl Default for AuthCache {
    fn default() -> Self {
        Self(TtlCache::new(LIFETIME))
    }
}
