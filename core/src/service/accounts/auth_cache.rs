//! What was found of logins a moment ago: most requests come from those who have just asked.

use std::ops::Deref;

use chrono::TimeDelta;

use crate::domain::account::{Session, User};
use crate::domain::id::{SessionId, UserId};
use crate::ttl_cache::TtlCache;

/// How long a finding counts. Users may be remembered for a second before that, and a stream that was
/// opened upon both goes on until the next look at the logins: together that is less than five seconds.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);

/// A user, and the login of ours that the token names.
pub(super) type CachedAuth = (User, Option<Session>);

/// Findings of the last second.
pub struct AuthCache(TtlCache<(UserId, Option<SessionId>), CachedAuth>);

impl Default for AuthCache {
    fn default() -> Self {
        Self(TtlCache::new(LIFETIME))
    }
}

impl Deref for AuthCache {
    type Target = TtlCache<(UserId, Option<SessionId>), CachedAuth>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
