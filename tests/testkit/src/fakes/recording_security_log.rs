use std::sync::{Mutex, PoisonError};

use leopard_core::domain::account::SecurityEvent;
use leopard_core::port::SecurityLog;

/// Records security events.
#[derive(Debug, Default)]
pub struct RecordingSecurityLog(Mutex<Vec<SecurityEvent>>);

impl RecordingSecurityLog {
    /// Takes the events that were recorded since the last call.
    pub fn take(&self) -> Vec<SecurityEvent> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SecurityLog for RecordingSecurityLog {
    fn record(&self, event: SecurityEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}
