use std::sync::Arc;

use leopard_adapters::memory::MemoryStore;
use leopard_adapters::sql::SqlStore;
use leopard_core::Repositories;
use leopard_core::port::{
    IdempotencyRepository, NotificationRepository, SessionRepository, Store, TaskRepository,
    UserRepository,
};
use tempfile::TempDir;

use crate::support::postgres;

/// A new, empty store behind its ports.
pub struct Backend {
    /// Users.
    pub users: Arc<dyn UserRepository>,
    /// Logins.
    pub sessions: Arc<dyn SessionRepository>,
    /// Tasks.
    pub tasks: Arc<dyn TaskRepository>,
    /// Mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Requests that may come again.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    /// Where its file lies, as long as it is needed.
    _directory: Option<TempDir>,
}

impl Backend {
    /// A store in memory.
    #[allow(clippy::unused_async)] // backends are opened alike
    pub async fn memory() -> Self {
        Self::of(Arc::new(MemoryStore::default()), None)
    }

    /// A store in an `SQLite` file of its own.
    pub async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = open_sqlite(&directory).await;
        Self::of(Arc::new(store), Some(directory))
    }

    /// A store in a `PostgreSQL` database of its own.
    pub async fn postgres() -> Self {
        let store = open(&postgres::new_database().await).await;
        Self::of(Arc::new(store), None)
    }

    /// A store behind its ports, with the directory that it needs.
    pub(super) fn of<S: Store + 'static>(store: Arc<S>, directory: Option<TempDir>) -> Self {
        let Repositories { tasks, notifications, users, sessions, idempotency } =
            Repositories::of(store);
        Self { users, sessions, tasks, notifications, idempotency, _directory: directory }
    }

    /// The repositories, as the core takes them.
    pub fn repositories(&self) -> Repositories {
        Repositories {
            tasks: self.tasks.clone(),
            notifications: self.notifications.clone(),
            users: self.users.clone(),
            sessions: self.sessions.clone(),
            idempotency: self.idempotency.clone(),
        }
    }
}

/// Opens the file in this directory, with the newest schema.
pub(super) async fn open_sqlite(directory: &TempDir) -> SqlStore {
    open(&url(directory)).await
}

/// The URL of the file in this directory.
pub(super) fn url(directory: &TempDir) -> String {
    format!("sqlite://{}", directory.path().join("store.db").display())
}

/// Opens the database of this URL, with the newest schema.
pub(super) async fn open(url: &str) -> SqlStore {
    let store = SqlStore::connect(url).await.expect("a connection");
    leopard_migration::up(store.schema_connection()).await.expect("the schema");
    store
}
