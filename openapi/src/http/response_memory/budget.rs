//! The memory budget that large responses share, of which each caller gets a part.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leopard_core::domain::account::ClientNetwork;
use leopard_core::domain::id::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Permits are for so many bytes each.
const UNIT: usize = 1024;
/// The most bytes of all large responses together.
const ALL: usize = 64 * 1024 * 1024;
/// The most bytes of those of one caller: an eighth, so that others find memory beside it.
const SHARE: usize = ALL / 8;
/// How long a list waits for memory. Nearly all are created and sent within milliseconds.
const WAIT: Duration = Duration::from_secs(10);

/// Whose memory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    User(UserId),
    /// Of callers who are not known otherwise.
    Network(ClientNetwork),
}

/// There is no memory left, or none for this caller.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// The memory of large responses.
pub(crate) struct ResponseMemory {
    all: Arc<Semaphore>,
    /// How long a list waits for its part.
    wait: Duration,
    /// Of those who hold something or wait for it.
    shares: Mutex<HashMap<Owner, Arc<Semaphore>>>,
}

/// Memory of one response, until it is dropped.
pub struct ResponsePermit {
    memory: Arc<ResponseMemory>,
    owner: Owner,
    /// The caller's part and the whole, for the same number of bytes.
    held: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Default for ResponseMemory {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALL / UNIT)), wait: WAIT, shares: Mutex::default() }
    }
}

impl ResponseMemory {
    /// Takes this many bytes as soon as they are free, first come, first served. A caller waits for their own
    /// part before they wait for the whole.
    pub(super) async fn reserve(
        self: &Arc<Self>,
        owner: Owner,
        bytes: usize,
    ) -> Result<ResponsePermit, Exhausted> {
        let (share, mut permit) = self.begin(owner);
        let (all, units) = (self.all.clone(), units(bytes));
        let waiting = async {
            let share = share.acquire_many_owned(units).await.ok()?;
            Some((share, all.acquire_many_owned(units).await.ok()?))
        };
        permit.held = timeout(self.wait, waiting).await.ok().flatten();
        permit.checked()
    }

    /// Takes this many bytes if they are free now.
    pub(super) fn take(
        self: &Arc<Self>,
        owner: Owner,
        bytes: usize,
    ) -> Result<ResponsePermit, Exhausted> {
        let (share, mut permit) = self.begin(owner);
        let (all, units) = (self.all.clone(), units(bytes));
        permit.held =
            share.try_acquire_many_owned(units).ok().zip(all.try_acquire_many_owned(units).ok());
        permit.checked()
    }

    /// The part of this caller, and a permit that holds nothing yet and clears up in any case.
    fn begin(self: &Arc<Self>, owner: Owner) -> (Arc<Semaphore>, ResponsePermit) {
        let mut shares = self.shares();
        let share = shares.entry(owner).or_insert_with(|| Arc::new(Semaphore::new(SHARE / UNIT)));
        let permit = ResponsePermit { memory: self.clone(), owner, held: None };
        (share.clone(), permit)
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<Owner, Arc<Semaphore>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResponsePermit {
    fn checked(self) -> Result<Self, Exhausted> {
        if self.held.is_some() { Ok(self) } else { Err(Exhausted) }
    }

    /// Gives back what is more than this many bytes.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        if let Some((share, all)) = &mut self.held {
            let kept = units(bytes) as usize;
            drop(share.split(share.num_permits().saturating_sub(kept)));
            drop(all.split(all.num_permits().saturating_sub(kept)));
        }
    }
}

impl Drop for ResponsePermit {
    fn drop(&mut self) {
        self.held = None;
        let mut shares = self.memory.shares();
        // No other permit holds or awaits a part of it: each has a clone.
        if shares.get(&self.owner).is_some_and(|share| Arc::strong_count(share) == 1) {
            shares.remove(&self.owner);
        }
    }
}

/// At most a share, so that it can ever be had.
fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.min(SHARE).div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    use super::*;

    const MIB: usize = 1024 * 1024;

    fn user(number: i64) -> Owner {
        Owner::User(UserId(number))
    }

    #[tokio::test]
    async fn one_caller_gets_an_eighth_and_all_together_the_whole_budget() {
        let memory = Arc::new(ResponseMemory::default());
        let mut held = vec![];
        for number in 0..8 {
            for _ in 0..2 {
                held.push(memory.take(user(number), SHARE / 2).unwrap());
            }
            assert_eq!(memory.take(user(number), 1).err(), Some(Exhausted));
        }
        assert_eq!(memory.take(user(9), 1).err(), Some(Exhausted));
        held.truncate(14);
        assert!(memory.take(user(9), SHARE).is_ok());
        held.clear();
        assert!(memory.shares().is_empty());
        assert_eq!(memory.all.available_permits(), ALL / UNIT);
    }

    #[tokio::test]
    async fn response_above_a_share_takes_the_share() {
        let memory = Arc::new(ResponseMemory::default());
        let permit = memory.take(user(1), 10 * SHARE).unwrap();
        assert!(memory.take(user(1), 1).is_err() && memory.take(user(2), 1).is_ok());
        drop(permit);
    }

    /// Polls once.
    async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
        poll_fn(|task| Poll::Ready(Pin::new(&mut *future).poll(task).is_pending())).await
    }

    #[tokio::test]
    async fn reservation_waits_for_memory_until_its_timeout() {
        let memory = Arc::new(ResponseMemory {
            wait: Duration::from_millis(1),
            ..ResponseMemory::default()
        });
        let _held = memory.reserve(user(1), SHARE).await.unwrap();
        assert_eq!(memory.reserve(user(1), MIB).await.err(), Some(Exhausted));

        let memory = Arc::new(ResponseMemory::default());
        let mut first = memory.reserve(user(1), SHARE).await.unwrap();
        let mut second = Box::pin(memory.reserve(user(1), MIB));
        assert!(is_pending(&mut second).await);
        first.shrink_to(SHARE - MIB);
        let second = second.await.unwrap();
        assert!(memory.take(user(1), 1).is_err());
        drop((first, second));
        assert!(memory.shares().is_empty());
    }

    #[tokio::test]
    async fn waiting_caller_delays_no_other_caller() {
        let memory = Arc::new(ResponseMemory::default());
        let _held = memory.reserve(user(1), SHARE).await.unwrap();
        let mut waiting: Vec<_> =
            (0..100).map(|_| Box::pin(memory.reserve(user(1), MIB))).collect();
        for one in &mut waiting {
            assert!(is_pending(one).await);
        }
        for number in 2..=8 {
            assert!(memory.take(user(number), SHARE).is_ok());
        }
    }

    #[tokio::test]
    async fn cancelled_reservation_leaves_nothing_reserved() {
        let memory = Arc::new(ResponseMemory::default());
        let held = memory.reserve(user(1), SHARE).await.unwrap();
        let mut waiting = Box::pin(memory.reserve(user(1), MIB));
        assert!(is_pending(&mut waiting).await);
        drop(held);
        drop(waiting);
        assert!(memory.shares().is_empty());
        assert_eq!(memory.all.available_permits(), ALL / UNIT);
    }
}
