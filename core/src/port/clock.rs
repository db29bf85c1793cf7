use chrono::{DateTime, Utc};

/// What time it is.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: no store keeps more.
    fn now(&self) -> DateTime<Utc>;
}
