//! Stops a statement of SQLite while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::SqliteConnection;

/// After how many steps of SQLite's virtual machine a statement looks whether it is to stop. A single
/// step may compare two long texts, and so take some milliseconds.
const STEPS: i32 = 20;

/// Stops what runs on one connection.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Statements of this connection stop from now on when they are told so.
    pub(in crate::sql) async fn watch(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        let stop = self.0.clone();
        let mut handle = connection.lock_handle().await?;
        // Once for each time: what follows, such as a rollback, is to succeed.
        handle.set_progress_handler(STEPS, move || !stop.swap(false, Ordering::Relaxed));
        Ok(())
    }

    /// Stops the statement that runs, or else the next one.
    pub(in crate::sql) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Lets the next statement run to its end.
    pub(in crate::sql) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
