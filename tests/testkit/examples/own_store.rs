//! A store of your own in the conformance suite, which checks all that the core relies on: about a hundred cases,
//! in a second for a store in memory.

#![cfg(test)]

use std::sync::Arc;

// Replace this by your store. It must implement the five repositories of `leopard_core::port::Store`.
use leopard_adapters::memory::MemoryStore as YourStore;
use leopard_testkit::Backend;

/// Opens a new, empty store for each case.
async fn open() -> Backend {
    let directory = tempfile::tempdir().unwrap();
    let store = YourStore::default(); // for example `YourStore::open(directory.path())`
    // The directory exists for as long as the store.
    Backend::of(Arc::new(store)).keeping(directory)
}

// A test per case: `own_store::tasks::task_is_stored_and_read_unchanged` and so on.
leopard_testkit::conformance!(own_store, crate::open);
