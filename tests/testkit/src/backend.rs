use std::any::Any;
use std::sync::Arc;

use leopard_adapters::memory::MemoryStore;
use leopard_core::Repositories;
use leopard_core::port::{
    ApiKeyRepository, IdempotencyRepository, NotificationRepository, NotificationTypeRepository,
    SessionRepository, Store, TaskRepository, UserRepository,
};

/// A new, empty store, through its ports.
pub struct Backend {
    /// The users.
    pub users: Arc<dyn UserRepository>,
    /// The sessions.
    pub sessions: Arc<dyn SessionRepository>,
    /// The API keys.
    pub api_keys: Arc<dyn ApiKeyRepository>,
    /// The tasks and their comments.
    pub tasks: Arc<dyn TaskRepository>,
    /// The mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// The notification types.
    pub notification_types: Arc<dyn NotificationTypeRepository>,
    /// The idempotency keys.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    kept: Option<Box<dyn Any + Send + Sync>>,
}

impl Backend {
    /// A store that implements all repositories.
    pub fn of<S: Store + 'static>(store: Arc<S>) -> Self {
        Repositories::of(store).into()
    }

    /// A store in memory.
    pub fn memory() -> Self {
        Self::of(Arc::new(MemoryStore::default()))
    }

    /// Keeps a value for as long as the store, such as its temporary directory.
    #[must_use]
    pub fn keeping(self, value: impl Any + Send + Sync) -> Self {
        Self { kept: Some(Box::new((self.kept, value))), ..self }
    }

    /// The repositories, as the core takes them.
    pub fn repositories(&self) -> Repositories {
        Repositories {
            tasks: self.tasks.clone(),
            notifications: self.notifications.clone(),
            notification_types: self.notification_types.clone(),
            users: self.users.clone(),
            uncached_users: self.users.clone(),
            sessions: self.sessions.clone(),
            api_keys: self.api_keys.clone(),
            idempotency: self.idempotency.clone(),
        }
    }
}

impl From<Repositories> for Backend {
    /// A store of separate repositories, such as decorated ones.
    fn from(repositories: Repositories) -> Self {
        let Repositories {
            tasks,
            notifications,
            notification_types,
            users,
            sessions,
            api_keys,
            idempotency,
            ..
        } = repositories;
        Self {
            users,
            sessions,
            api_keys,
            tasks,
            notifications,
            notification_types,
            idempotency,
            kept: None,
        }
    }
}
