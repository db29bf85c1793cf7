//! Limits how often a user may do something.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::sliding_window::SlidingWindow;

/// Counts what each user did within the last minute, in this process alone. Memory is bounded by what
/// the process did within a minute.
pub struct RateLimiter {
    /// 0 where nothing is counted.
    most: usize,
    done: Mutex<SlidingWindow<UserId>>,
}

impl RateLimiter {
    /// Allows each user this many within a minute; 0 allows any number.
    #[must_use]
    pub fn per_minute(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            done: Mutex::new(SlidingWindow::of_a_minute()),
        }
    }

    /// Counts one more of this user. [`Failure::Throttled`], and not counted, at the limit.
    pub(super) fn check(&self, user: UserId, now: DateTime<Utc>) -> Result<(), Failure> {
        if self.most == 0 {
            return Ok(());
        }
        let mut done = self.done();
        if let Some(retry_after) = done.seconds_until_below(self.most, &user, now) {
            return Err(Failure::Throttled { retry_after });
        }
        done.add(user, now);
        Ok(())
    }

    /// Takes the last one of this user out of the count: it was not done after all.
    pub(super) fn refund(&self, user: UserId) {
        if self.most > 0 {
            self.done().remove_last(&user);
        }
    }

    fn done(&self) -> MutexGuard<'_, SlidingWindow<UserId>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
