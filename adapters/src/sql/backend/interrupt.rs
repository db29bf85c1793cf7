//! Interrupts a running SQLite statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::SqliteConnection;

/// Virtual-machine steps between two checks of the interrupt flag. One step may compare two long texts and
/// take some milliseconds.
const STEPS: i32 = 20;

/// A flag that interrupts the statements of one connection.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs the flag on this connection.
    pub(in crate::sql) async fn watch(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        let stop = self.0.clone();
        let mut handle = connection.lock_handle().await?;
        // Resets the flag: the next statement, such as a rollback, must succeed.
        handle.set_progress_handler(STEPS, move || !stop.swap(false, Ordering::Relaxed));
        Ok(())
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
