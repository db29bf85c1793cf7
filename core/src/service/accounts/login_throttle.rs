//! The login throttle: limits password attempts, against guessing and mass creation of sessions.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::attempt_count::{AttemptCount, UNDER_WAY};
use crate::Failure;
use crate::domain::account::ClientNetwork;
use crate::domain::id::UserId;
use crate::domain::sliding_window::SlidingWindow;
use crate::ttl_cache::TtlCache;

/// Failures of a network relative to one username from it: several users share a network.
const NAMES_PER_NETWORK: usize = 10;
/// The maximum comparisons for one account at the same time, over all networks.
const AT_ONCE: usize = 10;
/// The share of one network in the attempts of unfamiliar networks, and the minimum: one network must not
/// use up the attempts of all others.
const STRANGER_PART: usize = 5;
const STRANGER_LEAST: usize = 10;
/// How long a network stays familiar after a log-in to the account from it.
const FAMILIAR: TimeDelta = TimeDelta::days(30);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// The hash of a username with a key of this process. It has a fixed length and does not reveal the name.
type Account = u64;
type AccountThere = (ClientNetwork, Account);

/// The limits of log-in attempts; 0 for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginLimits {
    /// Failures per minute for one username from one network. A network has ten times as many over all
    /// usernames.
    pub per_minute: u32,
    /// Attempts per hour for one username, right or wrong.
    pub per_hour: u32,
}

impl Default for LoginLimits {
    fn default() -> Self {
        Self { per_minute: 10, per_hour: 100 }
    }
}

/// Counts password attempts in this process, in bounded memory.
///
/// An attempt counts before its password is compared, so that parallel attempts get no more than sequential
/// ones.
///
/// The hourly limit of an account holds over all networks, and one network gets at most a fifth of it. A
/// network from which the account logged in within the last 30 days has the same limit for itself, so that
/// an attacker elsewhere does not lock out the owner. Successful log-ins count over all networks in any
/// case.
pub struct LoginThrottle {
    names: RandomState,
    counts: Mutex<Counts>,
    /// The users of the usernames that were tried, for the security log.
    owners: TtlCache<Account, UserId>,
}

struct Counts {
    per_hour: usize,
    /// Failures within a minute.
    by_name: AttemptCount<AccountThere>,
    by_network: AttemptCount<ClientNetwork>,
    /// Attempts within an hour, from all unfamiliar networks and from one familiar network.
    by_strangers: AttemptCount<Account>,
    by_familiar: AttemptCount<AccountThere>,
    /// Attempts within an hour from one unfamiliar network.
    by_stranger: AttemptCount<AccountThere>,
    /// Log-ins within an hour.
    successes: AttemptCount<Account>,
    familiar: SlidingWindow<AccountThere>,
}

/// The maximum attempts per hour on one account from one unfamiliar network.
fn per_stranger(per_hour: usize) -> usize {
    (per_hour / STRANGER_PART).max(per_hour.min(STRANGER_LEAST))
}

impl LoginThrottle {
    /// A throttle without counts.
    #[must_use]
    pub fn new(limits: LoginLimits) -> Self {
        let [per_minute, per_hour] = [limits.per_minute, limits.per_hour]
            .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let per_network = per_minute.saturating_mul(NAMES_PER_NETWORK);
        Self {
            names: RandomState::new(),
            counts: Mutex::new(Counts {
                per_hour,
                by_name: AttemptCount::new(per_minute, MINUTE),
                by_network: AttemptCount::new(per_network, MINUTE),
                by_strangers: AttemptCount::new(per_hour, HOUR),
                by_familiar: AttemptCount::new(per_hour, HOUR),
                by_stranger: AttemptCount::new(per_stranger(per_hour), HOUR),
                successes: AttemptCount::new(per_hour, HOUR),
                familiar: SlidingWindow::new(FAMILIAR),
            }),
            owners: TtlCache::new(HOUR),
        }
    }

    /// Starts an attempt, which counts as a failure unless it ends otherwise.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`] after too many attempts.
    pub(super) fn begin(
        &self,
        username: &str,
        network: ClientNetwork,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Failure> {
        let account = self.names.hash_one(username);
        let mut counts = self.counts();
        let is_familiar = counts.familiar.count(&(network, account), now) > 0;
        let place = Place { network, account, is_familiar };
        if let Some(retry_after) = counts.seconds_until_allowed(place, now) {
            return Err(Failure::Throttled { retry_after });
        }
        counts.begin(place);
        Ok(Attempt { throttle: self, place, begun_at: now, outcome: Outcome::Wrong })
    }

    /// The user of a username, if a password was compared for it within the last hour.
    pub(super) fn owner(&self, username: &str, now: DateTime<Utc>) -> Option<UserId> {
        self.owners.get(&self.names.hash_one(username), now)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Each count is consistent on its own, so a panic elsewhere does not matter.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys of an attempt.
#[derive(Debug, Clone, Copy)]
struct Place {
    network: ClientNetwork,
    account: Account,
    is_familiar: bool,
}

impl Place {
    fn there(self) -> AccountThere {
        (self.network, self.account)
    }
}

impl Counts {
    fn seconds_until_allowed(&mut self, place: Place, now: DateTime<Utc>) -> Option<u32> {
        let (account, there) = (place.account, place.there());
        let hourly = if place.is_familiar {
            self.by_familiar.seconds_until_allowed(&there, now)
        } else {
            let here = self.by_stranger.seconds_until_allowed(&there, now);
            self.by_strangers.seconds_until_allowed(&account, now).max(here)
        };
        let is_busy = self.per_hour > 0 && self.successes.under_way(&account) >= AT_ONCE;
        let waits = [
            self.by_name.seconds_until_allowed(&there, now),
            self.by_network.seconds_until_allowed(&place.network, now),
            hourly,
            self.successes.seconds_until_allowed(&account, now),
            is_busy.then_some(UNDER_WAY),
        ];
        waits.into_iter().flatten().max()
    }

    fn begin(&mut self, place: Place) {
        self.by_name.begin(place.there());
        self.by_network.begin(place.network);
        if place.is_familiar {
            self.by_familiar.begin(place.there());
        } else {
            self.by_strangers.begin(place.account);
            self.by_stranger.begin(place.there());
        }
        self.successes.begin(place.account);
    }

    fn end(&mut self, place: Place, outcome: Outcome, begun_at: DateTime<Utc>) {
        let counts_if = |counts: bool| counts.then_some(begun_at);
        let is_wrong = counts_if(outcome == Outcome::Wrong);
        let is_decided = counts_if(outcome != Outcome::Undecided);
        let there = place.there();
        self.by_name.end(there, is_wrong);
        self.by_network.end(place.network, is_wrong);
        if place.is_familiar {
            self.by_familiar.end(there, is_decided);
        } else {
            self.by_strangers.end(place.account, is_decided);
            self.by_stranger.end(there, is_decided);
        }
        let is_right = counts_if(outcome == Outcome::Right);
        self.successes.end(place.account, is_right);
        if let Some(at) = is_right {
            self.by_name.forget(&there);
            // Only the last log-in matters.
            self.familiar.forget(&there);
            self.familiar.add(there, at);
        }
    }
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The right password. Earlier failures of the username from this network are cleared, but not those of
    /// the network: an owner of one password could guess all others otherwise.
    Right,
    /// A wrong password.
    Wrong,
    /// Unknown, for example because the password was not compared.
    Undecided,
}

/// An attempt under way. A dropped one counts as a failure.
pub(super) struct Attempt<'a> {
    throttle: &'a LoginThrottle,
    place: Place,
    begun_at: DateTime<Utc>,
    outcome: Outcome,
}

impl Attempt<'_> {
    /// Names the user of the username.
    pub(super) fn is_of(&self, user: UserId) {
        let owners = &self.throttle.owners;
        owners.remember(owners.start_fill(self.begun_at), self.place.account, user);
    }

    pub(super) fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut counts = self.throttle.counts();
        counts.end(self.place, self.outcome, self.begun_at);
    }
}
