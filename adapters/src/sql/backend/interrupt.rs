//! Interrupts a running SQLite statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

/// Virtual-machine steps between two checks of the interrupt flag. One step may compare two long texts and
/// take some milliseconds.
const STEPS: i32 = 20;

/// A flag that interrupts the statements of one connection.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs the flag on this connection.
    pub(super) fn watch(&self, connection: &Connection) -> rusqlite::Result<()> {
        let stop = self.0.clone();
        // Resets the flag: the next statement, such as a rollback, must succeed.
        connection.progress_handler(STEPS, Some(move || stop.swap(false, Ordering::Relaxed)))
    }

    /// Interrupts the running statement, or else the next one.
    pub(in crate::sql) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes back an interrupt that hit no statement.
    pub(in crate::sql) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
