//! Tests that must not run beside each other.

use tokio::sync::{Mutex, MutexGuard};

static ALONE: Mutex<()> = Mutex::const_new(());

/// Waits until no other test of this process holds this. Taken once by each test that measures,
/// before it starts anything.
pub async fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().await
}
