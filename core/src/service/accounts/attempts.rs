//! Log ins that failed, counted so that nobody guesses passwords for long.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::client::ClientNetwork;
use crate::domain::last_minute::LastMinute;

/// How many more failures a network may have than one name from there: many people share one.
const NAMES_PER_NETWORK: usize = 10;
/// Seconds until comparisons that are under way have ended.
const UNDER_WAY: u32 = 1;

/// A name as the store knows it, from a network. The name itself is not kept, only what it hashes to
/// with a key of this process: it is as long as any other, and nobody can read who tried.
type NameThere = (ClientNetwork, u64);

/// The failures of the last minute: for one name from one network, and for one network whatever the
/// names. What is remembered is that of this process alone.
///
/// Every attempt is counted before its password is compared, so that many at once find no more room
/// than one after the other.
pub struct Attempts {
    /// For one name from one network; 0 where nothing is counted.
    most: usize,
    names: RandomState,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    by_name: Count<NameThere>,
    by_network: Count<ClientNetwork>,
}

impl Attempts {
    /// Lets so many failures a minute be made for one name from one network, and ten times as many
    /// from one network; 0 lets all be made.
    #[must_use]
    pub fn per_minute(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            names: RandomState::new(),
            counts: Mutex::default(),
        }
    }

    /// Begins an attempt, which counts as a failure unless it ends otherwise.
    /// [`Failure::Throttled`] if there have been too many.
    pub(super) fn begin(
        &self,
        username: &str,
        network: ClientNetwork,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Failure> {
        let name = (network, self.names.hash_one(username));
        if self.most > 0 {
            let mut counts = self.counts();
            let most_there = self.most.saturating_mul(NAMES_PER_NETWORK);
            let waits = [
                counts.by_name.seconds_until_room(self.most, &name, now),
                counts
                    .by_network
                    .seconds_until_room(most_there, &network, now),
            ];
            if let Some(retry_after) = waits.into_iter().flatten().max() {
                return Err(Failure::Throttled { retry_after });
            }
            counts.by_name.begin(name);
            counts.by_network.begin(network);
        }
        Ok(Attempt {
            attempts: self,
            name,
            begun_at: now,
            outcome: Outcome::Wrong,
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Each change of a count is whole in itself.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The password was right: earlier failures of that name from there are forgiven. Those of the
    /// network are not, or whoever has one password could guess all others.
    Right,
    /// It was not.
    Wrong,
    /// Nobody knows, and the caller was not told either.
    Undecided,
}

/// An attempt under way. One that is abandoned counts as a failure.
pub(super) struct Attempt<'a> {
    attempts: &'a Attempts,
    name: NameThere,
    begun_at: DateTime<Utc>,
    outcome: Outcome,
}

impl Attempt<'_> {
    pub(super) fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.attempts.most == 0 {
            return;
        }
        let mut counts = self.attempts.counts();
        let Counts {
            by_name,
            by_network,
        } = &mut *counts;
        let (network, _) = self.name;
        by_name.end(&self.name);
        by_network.end(&network);
        match self.outcome {
            Outcome::Right => by_name.failures.forget(&self.name),
            Outcome::Wrong => {
                by_name.failures.add(self.name, self.begun_at);
                by_network.failures.add(network, self.begun_at);
            }
            Outcome::Undecided => {}
        }
    }
}

/// Failures, and attempts that may become some.
struct Count<K> {
    failures: LastMinute<K>,
    under_way: HashMap<K, usize>,
}

impl<K> Default for Count<K> {
    fn default() -> Self {
        Self {
            failures: LastMinute::default(),
            under_way: HashMap::new(),
        }
    }
}

impl<K: Copy + Eq + Hash> Count<K> {
    /// None if there is room for another attempt now.
    fn seconds_until_room(&mut self, most: usize, key: &K, now: DateTime<Utc>) -> Option<u32> {
        let under_way = self.under_way.get(key).copied().unwrap_or_default();
        if self.failures.count(key, now) + under_way < most {
            return None;
        }
        let wait = self.failures.seconds_until_below(most, key, now);
        Some(wait.unwrap_or(UNDER_WAY))
    }

    fn begin(&mut self, key: K) {
        *self.under_way.entry(key).or_default() += 1;
    }

    fn end(&mut self, key: &K) {
        if let Some(count) = self.under_way.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(key);
            }
        }
    }
}
