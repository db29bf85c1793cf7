use crate::domain::account::SecurityEvent;

/// Records security events for auditors.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SecurityLog: Send + Sync {
    /// Records an event. Services call it once per event, after the commit of what the event reports.
    fn record(&self, event: SecurityEvent);
}
