use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::Session;
use crate::domain::change::SessionChange;
use crate::domain::id::SessionId;

/// Keeps the logins. Every method fails with [`Failure::Unavailable`] while the store is away.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// Those of these logins that exist.
    async fn find_many(&self, ids: Vec<SessionId>) -> Result<Vec<Session>, Failure>;

    /// Stores the change. [`Failure::Conflict`] when a token to be spent is not the current one,
    /// or when the user who logs in has been changed meanwhile.
    async fn commit(&self, change: SessionChange) -> Result<(), Failure>;

    /// Deletes sessions that had expired or were revoked by then, at most `limit` of them; returns how
    /// many.
    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure>;
}
