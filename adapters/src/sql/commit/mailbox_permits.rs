//! How many changes of one mailbox are on their way at once: one that stays locked, or that everybody
//! writes to, takes a few connections and never all of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// How many lanes there are: users share one if their ids are a multiple of this apart.
const STRIPES: usize = 1_024;
/// How many are in a lane: one that holds the mailbox's row, and one that takes it at once after it.
const PERMITS: usize = 2;
/// How long a change waits for its turn before the mailbox counts as unavailable.
const RETRY_DEADLINE: Duration = Duration::from_secs(10);

/// A lane for each mailbox, in which changes wait in the order in which they come.
#[derive(Debug)]
pub(in crate::sql) struct MailboxPermits(Vec<Arc<Semaphore>>);

/// The right to change the mailboxes, until it is dropped.
#[derive(Debug)]
pub(in crate::sql) struct MailboxPermit(
    #[expect(dead_code, reason = "the permits are released on drop")] Vec<OwnedSemaphorePermit>,
);

impl MailboxPermits {
    pub(in crate::sql) fn new() -> Self {
        let stripe = || Arc::new(Semaphore::new(PERMITS));
        Self(std::iter::repeat_with(stripe).take(STRIPES).collect())
    }

    /// Waits for a turn in the lanes of all these mailboxes, or 10 seconds.
    pub(in crate::sql) async fn acquire(
        &self,
        mailboxes: &[UserId],
    ) -> Result<MailboxPermit, Failure> {
        self.acquire_until(mailboxes, Instant::now() + RETRY_DEADLINE)
            .await
    }

    async fn acquire_until(
        &self,
        mailboxes: &[UserId],
        until: Instant,
    ) -> Result<MailboxPermit, Failure> {
        // In one order, so that no two changes wait for each other.
        let stripes: BTreeSet<usize> = mailboxes.iter().map(|user| place(*user)).collect();
        let mut permits = Vec::with_capacity(stripes.len());
        for stripe in stripes {
            let entered = timeout_at(until, self.0[stripe].clone().acquire_owned()).await;
            let permit = entered.map_err(|_| too_busy())?;
            permits.push(permit.map_err(|_| too_busy())?);
        }
        Ok(MailboxPermit(permits))
    }
}

fn place(user: UserId) -> usize {
    usize::try_from(user.0).unwrap_or(0) % STRIPES
}

fn too_busy() -> Failure {
    Failure::Unavailable("others have been changing the mailbox for 10 seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: UserId = UserId(7);
    const BOB: UserId = UserId(8);

    #[tokio::test]
    async fn a_full_lane_holds_up_nobody_elses_mailbox() {
        let stripes = MailboxPermits::new();
        let first = stripes.acquire(&[ANA]).await.unwrap();
        let _second = stripes.acquire(&[ANA]).await.unwrap();
        let third = stripes.acquire_until(&[BOB, ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
        let _bob = stripes.acquire(&[BOB]).await.unwrap();
        // One who gave up waiting keeps no place in the lanes that were free.
        let _bob_again = stripes.acquire(&[BOB]).await.unwrap();
        drop(first);
        assert!(stripes.acquire(&[ANA]).await.is_ok());
    }

    #[tokio::test]
    async fn a_change_is_in_each_lane_once() {
        let stripes = MailboxPermits::new();
        let all: Vec<UserId> = (0..3_000).rev().map(UserId).collect();
        let _first = stripes.acquire(&all).await.unwrap();
        let _second = stripes.acquire(&[ANA, BOB, ANA]).await.unwrap();
        let third = stripes.acquire_until(&[ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
    }
}
