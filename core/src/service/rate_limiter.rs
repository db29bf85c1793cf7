//! Rate limits per user.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::sliding_window::SlidingWindow;

/// The remaining quota of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Actions per minute.
    pub limit: usize,
    /// Remaining actions.
    pub remaining: usize,
    /// Seconds until one more action is allowed; a minute for an unused quota.
    pub reset_seconds: u32,
}

/// Counts actions of each user within the last minute, in this process. Its memory is bounded by the
/// actions of one minute.
pub struct RateLimiter {
    /// 0 for no limit.
    limit: usize,
    window: Mutex<SlidingWindow<UserId>>,
}

impl RateLimiter {
    /// Allows each user this many actions per minute; 0 for no limit.
    pub fn per_minute(limit: u32) -> Self {
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            window: Mutex::new(SlidingWindow::of_a_minute()),
        }
    }

    /// Counts an action, or refuses it at the limit.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`]
    pub(super) fn check(&self, user: UserId, now: DateTime<Utc>) -> Result<(), Failure> {
        if self.limit == 0 {
            return Ok(());
        }
        let mut window = self.window();
        if let Some(retry_after) = window.seconds_until_below(self.limit, &user, now) {
            return Err(Failure::Throttled { retry_after });
        }
        window.add(user, now);
        Ok(())
    }

    /// The remaining quota of the user; `None` without a limit.
    pub fn quota(&self, user: UserId, now: DateTime<Utc>) -> Option<Quota> {
        if self.limit == 0 {
            return None;
        }
        let mut window = self.window();
        let count = window.count(&user, now);
        let reset_seconds = window.seconds_until_below(count.max(1), &user, now).unwrap_or(60);
        let remaining = self.limit.saturating_sub(count);
        Some(Quota { limit: self.limit, remaining, reset_seconds })
    }

    /// The quota of a user who was refused; `None` without a limit.
    pub fn exhausted(&self, retry_after: u32) -> Option<Quota> {
        let quota = Quota { limit: self.limit, remaining: 0, reset_seconds: retry_after };
        (self.limit > 0).then_some(quota)
    }

    /// Removes the last action of the user: it was not carried out.
    pub(super) fn refund(&self, user: UserId) {
        if self.limit > 0 {
            self.window().remove_last(&user);
        }
    }

    fn window(&self) -> MutexGuard<'_, SlidingWindow<UserId>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
