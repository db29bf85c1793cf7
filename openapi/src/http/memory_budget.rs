//! Memory budgets, which large bodies and large responses share. No caller gets a whole one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::domain::account::ClientNetwork;
use leopard_core::domain::id::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bytes of one semaphore permit.
const UNIT: usize = 1024;

/// Whose memory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    User(UserId),
    /// The network of an unauthenticated caller.
    Network(ClientNetwork),
}

/// There is no memory left, or none for this owner.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BudgetExhausted;

/// A number of bytes, and the most that one owner gets of them.
pub(crate) struct MemoryBudget {
    all: Arc<Semaphore>,
    share: usize,
    /// The shares of owners with a permit or a pending reservation.
    shares: Mutex<HashMap<Owner, Arc<Semaphore>>>,
}

/// Memory of one body or response, until it is dropped.
pub struct MemoryPermit {
    budget: Arc<MemoryBudget>,
    owner: Owner,
    held: Option<Units>,
}

/// The owner's part and the whole, for the same number of bytes.
struct Units {
    share: OwnedSemaphorePermit,
    all: OwnedSemaphorePermit,
}

impl MemoryBudget {
    pub(crate) fn new(bytes: usize, share: usize) -> Arc<Self> {
        let all = Arc::new(Semaphore::new(bytes / UNIT));
        Arc::new(Self { all, share, shares: Mutex::default() })
    }

    /// A permit of this owner, which holds nothing yet.
    pub(crate) fn permit(self: &Arc<Self>, owner: Owner) -> MemoryPermit {
        MemoryPermit { budget: self.clone(), owner, held: None }
    }

    fn share_of(&self, owner: Owner) -> Arc<Semaphore> {
        let new = || Arc::new(Semaphore::new(self.share / UNIT));
        self.shares().entry(owner).or_insert_with(new).clone()
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<Owner, Arc<Semaphore>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The units of this many bytes: at most a share, because a larger reservation would wait for ever.
    fn units(&self, bytes: usize) -> usize {
        bytes.min(self.share).div_ceil(UNIT)
    }
}

impl MemoryPermit {
    /// Reserves this many bytes in total, if they are free now.
    pub(crate) fn try_grow_to(&mut self, bytes: usize) -> Result<(), BudgetExhausted> {
        let more = self.missing(bytes);
        let share = self.budget.share_of(self.owner).try_acquire_many_owned(more);
        let all = self.budget.all.clone().try_acquire_many_owned(more);
        self.add(share.ok().zip(all.ok()))
    }

    /// Waits until this many bytes in total are free, first come, first served. An owner waits for their own
    /// part before they wait for the whole.
    pub(crate) async fn grow_to(&mut self, bytes: usize) -> Result<(), BudgetExhausted> {
        let more = self.missing(bytes);
        let share = self.budget.share_of(self.owner).acquire_many_owned(more).await;
        let all = self.budget.all.clone().acquire_many_owned(more).await;
        self.add(share.ok().zip(all.ok()))
    }

    fn missing(&self, bytes: usize) -> u32 {
        let held = self.held.as_ref().map_or(0, |held| held.all.num_permits());
        u32::try_from(self.budget.units(bytes).saturating_sub(held)).unwrap_or(u32::MAX)
    }

    fn add(
        &mut self,
        more: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
    ) -> Result<(), BudgetExhausted> {
        let (share, all) = more.ok_or(BudgetExhausted)?;
        match &mut self.held {
            None => self.held = Some(Units { share, all }),
            Some(held) => {
                held.share.merge(share);
                held.all.merge(all);
            }
        }
        Ok(())
    }

    /// Returns all but this many bytes.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        let kept = self.budget.units(bytes);
        if let Some(Units { share, all }) = &mut self.held {
            drop(share.split(share.num_permits().saturating_sub(kept)));
            drop(all.split(all.num_permits().saturating_sub(kept)));
        }
    }
}

impl Drop for MemoryPermit {
    fn drop(&mut self) {
        self.held = None;
        let mut shares = self.budget.shares();
        // No other permit holds or awaits units of it: each would have a clone.
        if shares.get(&self.owner).is_some_and(|share| Arc::strong_count(share) == 1) {
            shares.remove(&self.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    use super::*;

    const SHARE: usize = 8 * MIB;
    const MIB: usize = 1024 * 1024;

    fn budget() -> Arc<MemoryBudget> {
        MemoryBudget::new(8 * SHARE, SHARE)
    }

    fn permit(budget: &Arc<MemoryBudget>, user: i64) -> MemoryPermit {
        budget.permit(Owner::User(UserId(user)))
    }

    fn take(
        budget: &Arc<MemoryBudget>,
        user: i64,
        bytes: usize,
    ) -> Result<MemoryPermit, BudgetExhausted> {
        let mut permit = permit(budget, user);
        permit.try_grow_to(bytes)?;
        Ok(permit)
    }

    /// Whether nothing is reserved and no owner is remembered.
    fn is_unused(budget: &MemoryBudget) -> bool {
        budget.shares().is_empty() && budget.all.available_permits() == 8 * SHARE / UNIT
    }

    #[test]
    fn one_owner_gets_a_share_and_all_together_the_whole_budget() {
        let budget = budget();
        let mut held = vec![];
        for user in 0..8 {
            for _ in 0..2 {
                held.push(take(&budget, user, SHARE / 2).unwrap());
            }
            assert_eq!(take(&budget, user, 1).err(), Some(BudgetExhausted));
        }
        assert_eq!(take(&budget, 9, 1).err(), Some(BudgetExhausted));
        held.truncate(14);
        assert!(take(&budget, 9, SHARE).is_ok());
        held.clear();
        assert!(is_unused(&budget));
    }

    #[test]
    fn reservation_above_a_share_takes_the_share() {
        let budget = budget();
        let _permit = take(&budget, 1, 10 * SHARE).unwrap();
        assert!(take(&budget, 1, 1).is_err() && take(&budget, 2, 1).is_ok());
    }

    #[test]
    fn permit_grows_shrinks_and_returns_all_its_bytes_when_dropped() {
        let budget = budget();
        let mut permit = permit(&budget, 1);
        let mut free = |bytes| {
            permit.try_grow_to(bytes).unwrap();
            8 * SHARE - budget.all.available_permits() * UNIT
        };
        assert_eq!(
            [10 * MIB / 8, MIB, 3 * MIB].map(&mut free),
            [10 * MIB / 8, 10 * MIB / 8, 3 * MIB]
        );
        permit.shrink_to(MIB);
        assert_eq!(budget.all.available_permits() * UNIT, 8 * SHARE - MIB);
        assert!(take(&budget, 1, SHARE - MIB).is_ok());
        drop(permit);
        assert!(is_unused(&budget));
    }

    /// Polls once.
    async fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
        poll_fn(|task| Poll::Ready(Pin::new(&mut *future).poll(task).is_pending())).await
    }

    #[tokio::test]
    async fn reservation_waits_for_memory() {
        let budget = budget();
        let mut first = take(&budget, 1, SHARE).unwrap();
        let mut second = permit(&budget, 1);
        let mut growing = Box::pin(second.grow_to(MIB));
        assert!(is_pending(&mut growing).await);
        first.shrink_to(SHARE - MIB);
        growing.await.unwrap();
        assert!(take(&budget, 1, 1).is_err());
        drop((first, second));
        assert!(is_unused(&budget));
    }

    #[tokio::test]
    async fn waiting_owner_delays_no_other_owner() {
        let budget = budget();
        let _held = take(&budget, 1, SHARE).unwrap();
        let mut permits: Vec<_> = (0..100).map(|_| permit(&budget, 1)).collect();
        let mut waiting: Vec<_> =
            permits.iter_mut().map(|one| Box::pin(one.grow_to(MIB))).collect();
        for one in &mut waiting {
            assert!(is_pending(one).await);
        }
        for user in 2..=8 {
            assert!(take(&budget, user, SHARE).is_ok());
        }
    }

    #[tokio::test]
    async fn cancelled_reservation_leaves_nothing_reserved() {
        let budget = budget();
        let held = take(&budget, 1, SHARE).unwrap();
        let mut permit = permit(&budget, 1);
        let mut waiting = Box::pin(permit.grow_to(MIB));
        assert!(is_pending(&mut waiting).await);
        drop(held);
        drop(waiting);
        drop(permit);
        assert!(is_unused(&budget));
    }
}
