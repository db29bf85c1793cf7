use std::sync::Arc;

use leopard_adapters::sql::SqlStore;
use leopard_testkit::Backend;
use tempfile::TempDir;

use crate::support::postgres::new_database;

/// A new store in memory.
pub async fn memory() -> Backend {
    Backend::memory()
}

/// A new store in an `SQLite` file.
pub async fn sqlite() -> Backend {
    let directory = tempfile::tempdir().expect("a directory");
    Backend::of(Arc::new(open_sqlite(&directory).await)).keeping(directory)
}

/// A new store in a `PostgreSQL` database.
pub async fn postgres() -> Backend {
    Backend::of(Arc::new(open(&new_database().await).await))
}

/// Opens the file in this directory, with the newest schema.
pub async fn open_sqlite(directory: &TempDir) -> SqlStore {
    open(&sqlite_url(directory)).await
}

/// The URL of the file in this directory.
pub fn sqlite_url(directory: &TempDir) -> String {
    format!("sqlite://{}", directory.path().join("store.db").display())
}

/// Opens the database of this URL, with the newest schema.
pub async fn open(url: &str) -> SqlStore {
    let store = SqlStore::connect(url).await.expect("a connection");
    leopard_migration::up(store.schema_connection()).await.expect("the schema");
    store
}
