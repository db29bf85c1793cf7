use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::Session;
use crate::domain::change::SessionChange;
use crate::domain::id::SessionId;

/// Stores sessions. Every method fails with [`Failure::Unavailable`] if the store cannot be reached.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// The existing sessions of `ids`, each once, in any order. Unknown ids are skipped.
    async fn find_many(&self, ids: Vec<SessionId>) -> Result<Vec<Session>, Failure>;

    /// Commits a change.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] as each [`SessionChange`] says.
    async fn commit(&self, change: SessionChange) -> Result<(), Failure>;

    /// Deletes at most `limit` sessions that had expired or were revoked at `before`, and returns how many.
    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure>;
}
