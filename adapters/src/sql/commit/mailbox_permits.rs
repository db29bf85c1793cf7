//! Striped semaphore: limits how many changes of one mailbox run at once, so that a locked or busy mailbox
//! occupies few of the connections.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// The number of semaphores; users whose ids differ by a multiple of it share one.
const STRIPES: usize = 1_024;
/// Permits per semaphore: one change holds the mailbox's row, and one is ready to take it next.
const PERMITS: usize = 2;
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The semaphores; changes get permits in first-come order.
#[derive(Debug)]
pub(super) struct MailboxPermits(Vec<Arc<Semaphore>>);

/// The right to change some mailboxes, until dropped.
#[derive(Debug)]
pub(super) struct MailboxPermit(
    #[expect(dead_code, reason = "held until dropped")] Vec<OwnedSemaphorePermit>,
);

impl MailboxPermits {
    pub(super) fn new() -> Self {
        let stripe = || Arc::new(Semaphore::new(PERMITS));
        Self(std::iter::repeat_with(stripe).take(STRIPES).collect())
    }

    /// Waits for permits of all these mailboxes.
    ///
    /// # Errors
    /// [`Failure::Busy`] after 10 seconds.
    pub(super) async fn acquire(&self, mailboxes: &[UserId]) -> Result<MailboxPermit, Failure> {
        self.acquire_until(mailboxes, Instant::now() + MAX_WAIT).await
    }

    async fn acquire_until(
        &self,
        mailboxes: &[UserId],
        until: Instant,
    ) -> Result<MailboxPermit, Failure> {
        // In one order, so that no two changes deadlock.
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
    Failure::Busy("others have been changing the mailbox for 10 seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: UserId = UserId(7);
    const BOB: UserId = UserId(8);

    #[tokio::test]
    async fn busy_mailbox_does_not_delay_others() {
        let permits = MailboxPermits::new();
        let first = permits.acquire(&[ANA]).await.unwrap();
        let _second = permits.acquire(&[ANA]).await.unwrap();
        let third = permits.acquire_until(&[BOB, ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
        let _bob = permits.acquire(&[BOB]).await.unwrap();
        // A change that gave up waiting holds no permit.
        let _bob_again = permits.acquire(&[BOB]).await.unwrap();
        drop(first);
        assert!(permits.acquire(&[ANA]).await.is_ok());
    }

    #[tokio::test]
    async fn change_takes_one_permit_per_stripe() {
        let permits = MailboxPermits::new();
        let all: Vec<UserId> = (0..3_000).rev().map(UserId).collect();
        let _first = permits.acquire(&all).await.unwrap();
        let _second = permits.acquire(&[ANA, BOB, ANA]).await.unwrap();
        let third = permits.acquire_until(&[ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
    }
}
