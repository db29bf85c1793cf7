use chrono::TimeDelta;

use super::Accounts;
use crate::Failure;

/// How long a session is kept after its end.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How many sessions one transaction deletes, so that others do not wait long for it.
pub(super) const BATCH: u32 = 500;

impl Accounts {
    /// Deletes sessions that ended more than a day ago. Their tokens stay refused: a token whose session
    /// is unknown is not valid.
    pub async fn prune_sessions(&self) -> Result<(), Failure> {
        // A session expires with its refresh token; its access tokens may be set to live longer.
        let outlives = self.lifetimes.access - self.lifetimes.refresh;
        let before = self.clock.now() - KEPT - outlives.max(TimeDelta::zero());
        while self.sessions.delete_ended(before, BATCH).await? >= BATCH.into() {}
        Ok(())
    }
}
