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
const MAX_CONCURRENT: usize = 10;
/// The share of one network in the attempts of unfamiliar networks, and the minimum: one network must not
/// use up the attempts of all others.
const UNFAMILIAR_SHARE: usize = 5;
const UNFAMILIAR_MINIMUM: usize = 10;
/// How long a network stays familiar after a log-in to the account from it.
const FAMILIAR_FOR: TimeDelta = TimeDelta::days(30);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// The hash of a username with a key of this process. It has a fixed length and does not reveal the name.
type Account = u64;

/// What attempts are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Account(Account),
    Network(ClientNetwork),
    /// One account from one network.
    Pair(Account, ClientNetwork),
}

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
    pair_failures: AttemptCount<Key>,
    network_failures: AttemptCount<Key>,
    /// Attempts within an hour on an account: from all unfamiliar networks, from one of them, and from one
    /// familiar network.
    unfamiliar: AttemptCount<Key>,
    one_unfamiliar: AttemptCount<Key>,
    familiar: AttemptCount<Key>,
    /// Log-ins within an hour.
    successes: AttemptCount<Key>,
    last_log_ins: SlidingWindow<Key>,
}

/// The maximum attempts per hour on one account from one unfamiliar network.
fn per_unfamiliar_network(per_hour: usize) -> usize {
    (per_hour / UNFAMILIAR_SHARE).max(per_hour.min(UNFAMILIAR_MINIMUM))
}

impl LoginThrottle {
    /// A throttle without counts.
    pub fn new(limits: LoginLimits) -> Self {
        let [per_minute, per_hour] = [limits.per_minute, limits.per_hour]
            .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let per_network = per_minute.saturating_mul(NAMES_PER_NETWORK);
        Self {
            names: RandomState::new(),
            counts: Mutex::new(Counts {
                per_hour,
                pair_failures: AttemptCount::new(per_minute, MINUTE),
                network_failures: AttemptCount::new(per_network, MINUTE),
                unfamiliar: AttemptCount::new(per_hour, HOUR),
                one_unfamiliar: AttemptCount::new(per_unfamiliar_network(per_hour), HOUR),
                familiar: AttemptCount::new(per_hour, HOUR),
                successes: AttemptCount::new(per_hour, HOUR),
                last_log_ins: SlidingWindow::new(FAMILIAR_FOR),
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
        let is_familiar = counts.last_log_ins.count(&Key::Pair(account, network), now) > 0;
        let origin = Origin { network, account, is_familiar };
        if let Some(retry_after) = counts.seconds_until_allowed(origin, now) {
            return Err(Failure::Throttled { retry_after });
        }
        for (count, key, _) in counts.of(origin) {
            count.begin(key);
        }
        Ok(Attempt { throttle: self, origin, begun_at: now, outcome: Outcome::Wrong })
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

/// Which outcomes a limit counts.
type Counted = fn(Outcome) -> bool;

/// Where an attempt comes from, and what it is on.
#[derive(Debug, Clone, Copy)]
struct Origin {
    network: ClientNetwork,
    account: Account,
    is_familiar: bool,
}

impl Counts {
    /// The counts that limit an attempt, its key in each, and which outcomes count.
    fn of(&mut self, origin: Origin) -> Vec<(&mut AttemptCount<Key>, Key, Counted)> {
        let (account, network) = (Key::Account(origin.account), Key::Network(origin.network));
        let pair = Key::Pair(origin.account, origin.network);
        let is_wrong = |outcome| outcome == Outcome::Wrong;
        let is_right = |outcome| outcome == Outcome::Right;
        let is_decided = |outcome| outcome != Outcome::Undecided;
        let mut counts: Vec<(_, _, Counted)> = vec![
            (&mut self.pair_failures, pair, is_wrong),
            (&mut self.network_failures, network, is_wrong),
            (&mut self.successes, account, is_right),
        ];
        if origin.is_familiar {
            counts.push((&mut self.familiar, pair, is_decided));
        } else {
            counts.push((&mut self.unfamiliar, account, is_decided));
            counts.push((&mut self.one_unfamiliar, pair, is_decided));
        }
        counts
    }

    fn seconds_until_allowed(&mut self, origin: Origin, now: DateTime<Utc>) -> Option<u32> {
        let under_way = self.successes.under_way(&Key::Account(origin.account));
        let is_busy = self.per_hour > 0 && under_way >= MAX_CONCURRENT;
        let waits = self.of(origin).into_iter();
        let waits = waits.filter_map(|(count, key, _)| count.seconds_until_allowed(&key, now));
        waits.chain(is_busy.then_some(UNDER_WAY)).max()
    }

    fn end(&mut self, origin: Origin, outcome: Outcome, begun_at: DateTime<Utc>) {
        for (count, key, counts_if) in self.of(origin) {
            count.end(key, counts_if(outcome).then_some(begun_at));
        }
        if outcome == Outcome::Right {
            let pair = Key::Pair(origin.account, origin.network);
            self.pair_failures.forget(&pair);
            // Only the last log-in matters.
            self.last_log_ins.forget(&pair);
            self.last_log_ins.add(pair, begun_at);
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
    origin: Origin,
    begun_at: DateTime<Utc>,
    outcome: Outcome,
}

impl Attempt<'_> {
    /// Records the user of the username.
    pub(super) fn set_owner(&self, user: UserId) {
        let owners = &self.throttle.owners;
        owners.remember(owners.start_fill(self.begun_at), self.origin.account, user);
    }

    pub(super) fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut counts = self.throttle.counts();
        counts.end(self.origin, self.outcome, self.begun_at);
    }
}
