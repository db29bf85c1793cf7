use crate::domain::account::SecurityEvent;

/// Records security events. Every event comes once, after what it is
/// about was committed.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SecurityLog: Send + Sync {
    /// Writes an event down.
    fn record(&self, event: SecurityEvent);
}
