use chrono::TimeDelta;

use super::Accounts;
use crate::Failure;

/// How long a session is stored after its end.
const RETENTION: TimeDelta = TimeDelta::days(1);
/// The number of sessions per transaction, which keeps transactions short.
pub(super) const BATCH: u32 = 500;

impl Accounts {
    /// Deletes sessions that ended more than a day ago. Their tokens stay invalid, as those of an unknown
    /// session.
    pub async fn prune_sessions(&self) -> Result<(), Failure> {
        // A session expires with its refresh token, but its access tokens may live longer.
        let outlives = self.lifetimes.access - self.lifetimes.refresh;
        let before = self.clock.now() - RETENTION - outlives.max(TimeDelta::zero());
        while self.sessions.delete_ended(before, BATCH).await? >= BATCH.into() {}
        Ok(())
    }
}
