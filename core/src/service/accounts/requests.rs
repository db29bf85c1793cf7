//! Requests of users, counted where somebody wants that.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::last_minute::LastMinute;

/// The requests of each user within the last minute. What is remembered is that of this process
/// alone.
pub struct Requests {
    /// 0 where nothing is counted.
    most: usize,
    made: Mutex<LastMinute<UserId>>,
}

impl Requests {
    /// Lets each user make so many requests a minute; 0 lets them make any number.
    #[must_use]
    pub fn per_minute(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            made: Mutex::default(),
        }
    }

    /// Counts a request of this user; [`Failure::Throttled`], and not counted, if there have been too
    /// many.
    pub(super) fn count(&self, user: UserId, now: DateTime<Utc>) -> Result<(), Failure> {
        if self.most == 0 {
            return Ok(());
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(retry_after) = made.seconds_until_below(self.most, &user, now) {
            return Err(Failure::Throttled { retry_after });
        }
        made.add(user, now);
        Ok(())
    }
}
