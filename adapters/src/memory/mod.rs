//! The store in memory, for trials and tests.

mod api_keys;
mod comments;
mod idempotency;
mod inbox;
mod mailbox;
mod notification_types;
mod notifications;
mod reminders;
mod sessions;
mod tables;
mod tasks;
mod users;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tables::Tables;

/// A store that keeps everything until it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

impl MemoryStore {
    /// Locks the tables. Each port method does so once, which makes it one transaction.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Every method checks before it changes, so that a panic leaves no partial change.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
