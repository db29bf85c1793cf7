use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::Session;
use crate::domain::change::SessionChange;
use crate::domain::id::SessionId;

/// Stores sessions.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// The existing sessions of `ids`, each once, in any order. Unknown ids are skipped.
    ///
    /// # Errors
    ///
    /// [`Failure::Unavailable`] if the store cannot be reached.
    async fn find_many(&self, ids: Vec<SessionId>) -> Result<Vec<Session>, Failure>;

    /// Commits a change.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] as each [`SessionChange`] says, [`Failure::Unavailable`] if the store cannot be
    /// reached.
    async fn commit(&self, change: SessionChange) -> Result<(), Failure>;

    /// Deletes at most `limit` sessions that had expired or were revoked at `before`, and returns how many.
    ///
    /// # Errors
    ///
    /// [`Failure::Unavailable`] if the store cannot be reached.
    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure>;
}
