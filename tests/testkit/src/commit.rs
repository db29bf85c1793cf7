//! Commits in tests: without an idempotency key, or with one beside the change.

use leopard_core::domain::account::{ApiKey, User};
use leopard_core::domain::change::{
    ApiKeyChange, AppendNotifications, TaskChange, TaskStored, UserChange,
};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey, Outcome};
use leopard_core::domain::notification::Notification;
use leopard_core::port::{
    ApiKeyRepository, NotificationRepository, TaskRepository, UserRepository,
};
use leopard_core::{Failure, async_trait};

/// A repository that commits changes of type `C`.
#[async_trait]
pub trait Commit<C: Send + 'static>: Send + Sync {
    /// The result of a stored change.
    type Stored: Send;

    /// Commits the change as the port does.
    async fn commit_change(
        &self,
        change: C,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<Self::Stored>, Failure>;

    /// Commits a change without a key.
    async fn store(&self, change: C) -> Result<Self::Stored, Failure> {
        let committed = self.commit_change(change, None).await;
        committed.and_then(Outcome::into_created)
    }

    /// Commits a change with a key.
    async fn store_once(
        &self,
        (change, key): (C, IdempotencyKey),
    ) -> Result<Committed<Self::Stored>, Failure> {
        self.commit_change(change, Some(key)).await
    }
}

#[async_trait]
impl<R: TaskRepository + ?Sized> Commit<TaskChange> for R {
    type Stored = TaskStored;

    async fn commit_change(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        TaskRepository::commit(self, change, key).await
    }
}

#[async_trait]
impl<R: UserRepository + ?Sized> Commit<UserChange> for R {
    type Stored = User;

    async fn commit_change(
        &self,
        change: UserChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure> {
        UserRepository::commit(self, change, key).await
    }
}

#[async_trait]
impl<R: NotificationRepository + ?Sized> Commit<AppendNotifications> for R {
    type Stored = Vec<Notification>;

    async fn commit_change(
        &self,
        change: AppendNotifications,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<Vec<Notification>>, Failure> {
        self.announce(change, key).await
    }
}

#[async_trait]
impl<R: ApiKeyRepository + ?Sized> Commit<ApiKeyChange> for R {
    type Stored = ApiKey;

    async fn commit_change(
        &self,
        change: ApiKeyChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<ApiKey>, Failure> {
        ApiKeyRepository::commit(self, change, key).await
    }
}
