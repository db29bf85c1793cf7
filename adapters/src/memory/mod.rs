//! The store in memory: nothing is kept, for trials and tests.

mod comments;
mod idempotency;
mod inbox;
mod mailbox;
mod notifications;
mod reminders;
mod sessions;
mod tables;
mod tasks;
mod users;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tables::Tables;

/// Keeps users, logins, tasks, mailboxes and requests until it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

impl MemoryStore {
    /// The tables, for one port method at a time: each is one transaction.
    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Every method checks before it changes, so that a panic leaves nothing half done.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
