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
const LANES: usize = 1_024;
/// How many are in a lane: one that holds the mailbox's row, and one that takes it at once after it.
const ABREAST: usize = 2;
/// How long a change waits for its turn before the mailbox counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(10);

/// A lane for each mailbox, in which changes wait in the order in which they come.
#[derive(Debug)]
pub(super) struct Lanes(Vec<Arc<Semaphore>>);

/// The right to change the mailboxes, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(#[allow(dead_code)] Vec<OwnedSemaphorePermit>);

impl Lanes {
    pub(super) fn new() -> Self {
        let lane = || Arc::new(Semaphore::new(ABREAST));
        Self(std::iter::repeat_with(lane).take(LANES).collect())
    }

    /// Waits for a turn in the lanes of all these mailboxes, or 10 seconds.
    pub(super) async fn enter(&self, mailboxes: &[UserId]) -> Result<Turn, Failure> {
        self.enter_until(mailboxes, Instant::now() + PATIENCE).await
    }

    async fn enter_until(&self, mailboxes: &[UserId], until: Instant) -> Result<Turn, Failure> {
        // In one order, so that no two changes wait for each other.
        let lanes: BTreeSet<usize> = mailboxes.iter().map(|user| place(*user)).collect();
        let mut turn = Vec::with_capacity(lanes.len());
        for lane in lanes {
            let entered = timeout_at(until, self.0[lane].clone().acquire_owned()).await;
            let permit = entered.map_err(|_| too_busy())?;
            turn.push(permit.map_err(|_| too_busy())?);
        }
        Ok(Turn(turn))
    }
}

fn place(user: UserId) -> usize {
    usize::try_from(user.0).unwrap_or(0) % LANES
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
        let lanes = Lanes::new();
        let first = lanes.enter(&[ANA]).await.unwrap();
        let _second = lanes.enter(&[ANA]).await.unwrap();
        let third = lanes.enter_until(&[BOB, ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
        let _bob = lanes.enter(&[BOB]).await.unwrap();
        // One who gave up waiting keeps no place in the lanes that were free.
        let _bob_again = lanes.enter(&[BOB]).await.unwrap();
        drop(first);
        assert!(lanes.enter(&[ANA]).await.is_ok());
    }

    #[tokio::test]
    async fn a_change_is_in_each_lane_once() {
        let lanes = Lanes::new();
        let all: Vec<UserId> = (0..3_000).rev().map(UserId).collect();
        let _first = lanes.enter(&all).await.unwrap();
        let _second = lanes.enter(&[ANA, BOB, ANA]).await.unwrap();
        let third = lanes.enter_until(&[ANA], Instant::now()).await;
        assert_eq!(third.map(drop), Err(too_busy()));
    }
}
