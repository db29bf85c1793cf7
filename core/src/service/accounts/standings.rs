//! What was found of logins a moment ago: most requests come from those who have just asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::id::{SessionId, UserId};
use crate::domain::session::Session;
use crate::domain::user::User;

/// How long a finding counts: whoever is shut out must be so within five seconds.
const LIFETIME: TimeDelta = TimeDelta::seconds(3);
/// The most findings that are kept.
const MOST: usize = 10_000;

/// A user, and the login of ours that the token names.
pub(super) type Finding = (User, Option<Session>);

type Key = (UserId, Option<SessionId>);

/// Findings of the last three seconds.
#[derive(Default)]
pub struct Standings(Mutex<HashMap<Key, (DateTime<Utc>, Finding)>>);

impl Standings {
    /// What was found of this login, if that is not too long ago.
    pub(super) fn recall(&self, key: &Key, now: DateTime<Utc>) -> Option<Finding> {
        let findings = self.lock();
        let (found_at, finding) = findings.get(key)?;
        is_fresh(*found_at, now).then(|| finding.clone())
    }

    /// Remembers what the store said at this time, or before it.
    pub(super) fn remember(&self, key: Key, asked_at: DateTime<Utc>, finding: Finding) {
        let mut findings = self.lock();
        if findings.len() >= MOST {
            findings.retain(|_, (found_at, _)| is_fresh(*found_at, asked_at));
        }
        if findings.len() >= MOST {
            findings.clear();
        }
        findings.insert(key, (asked_at, finding));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (DateTime<Utc>, Finding)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that was set back makes nothing fresh.
fn is_fresh(found_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (TimeDelta::zero()..LIFETIME).contains(&(now - found_at))
}
