//! The cache of authenticated users: most requests follow another one of the same session.

use chrono::TimeDelta;

use crate::domain::account::{Session, User};
use crate::domain::id::{SessionId, UserId};
use crate::ttl_cache::TtlCache;

/// How long an entry is valid. A stream that opens then lives until the session reaper runs, every two seconds:
/// together less than five seconds after a revocation.
const LIFETIME: TimeDelta = TimeDelta::seconds(2);

/// A user, and the session of the token if it has one.
pub(super) type CachedAuth = (User, Option<Session>);

/// The users and sessions of valid tokens, by user and session id.
pub struct AuthCache(pub(super) TtlCache<(UserId, Option<SessionId>), CachedAuth>);

impl Default for AuthCache {
    fn default() -> Self {
        Self(TtlCache::new(LIFETIME))
    }
}
