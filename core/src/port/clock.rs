use chrono::{DateTime, Utc};

/// Tells the time.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Clock: Send + Sync {
    /// The current time in whole microseconds, the precision of every store. It may go back.
    fn now(&self) -> DateTime<Utc>;
}
