use async_trait::async_trait;

use crate::domain::id::UserId;

/// Whose mailboxes may have changed without an update that was heard here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missed {
    /// Those of these users.
    Of(Vec<UserId>),
    /// Anybody's.
    All,
}

/// Carries updates between this node and the others.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait NotificationRelay: Send + Sync {
    /// Carries updates for as long as it is polled. It never ends: whenever the way to the others is
    /// lost, it is looked for again. To be polled once at a time.
    async fn carry(&self);

    /// Whether updates come and go now.
    fn is_up(&self) -> bool;

    /// Waits until updates may have been missed, and says whose; whoever asks has to make up for
    /// them. While the way to the others is lost, they are anybody's, again and again.
    async fn missed(&self) -> Missed;

    /// Waits until the others were told all that was published here, if they can be reached soon: for
    /// a node that leaves.
    async fn settled(&self);
}
