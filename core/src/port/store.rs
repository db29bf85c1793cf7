use super::{
    ApiKeyRepository, IdempotencyRepository, NotificationRepository, NotificationTypeRepository,
    SessionRepository, TaskRepository, UserRepository,
};

/// A store: all repositories over one database, because a change may cross them. Every type that
/// implements the repositories is a store.
pub trait Store:
    TaskRepository
    + NotificationRepository
    + NotificationTypeRepository
    + UserRepository
    + SessionRepository
    + ApiKeyRepository
    + IdempotencyRepository
{
}

impl<S> Store for S where
    S: TaskRepository
        + NotificationRepository
        + NotificationTypeRepository
        + UserRepository
        + SessionRepository
        + ApiKeyRepository
        + IdempotencyRepository
        + ?Sized
{
}
