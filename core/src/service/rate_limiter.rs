//! Rate limits per user.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::sliding_window::SlidingWindow;

/// Counts actions of each user within the last minute, in this process. Its memory is bounded by the
/// actions of one minute.
pub struct RateLimiter {
    /// 0 for no limit.
    most: usize,
    done: Mutex<SlidingWindow<UserId>>,
}

impl RateLimiter {
    /// Allows each user this many actions per minute; 0 for no limit.
    pub fn per_minute(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            done: Mutex::new(SlidingWindow::of_a_minute()),
        }
    }

    /// Counts an action, or refuses it at the limit.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`]
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

    /// Removes the last action of the user: it was not carried out.
    pub(super) fn refund(&self, user: UserId) {
        if self.most > 0 {
            self.done().remove_last(&user);
        }
    }

    fn done(&self) -> MutexGuard<'_, SlidingWindow<UserId>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
