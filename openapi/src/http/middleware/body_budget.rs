//! A memory budget that large request bodies share, of which each network gets a part.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::domain::account::ClientNetwork;

/// The most bytes of all large bodies together.
const BUDGET: usize = 32 * 1024 * 1024;
/// The most bytes of those of one network: a quarter, so that others find memory beside it.
const SHARE: usize = BUDGET / 4;

/// The bytes that are reserved.
#[derive(Default)]
pub(super) struct BodyBudget(Mutex<Reserved>);

#[derive(Default)]
struct Reserved {
    all: usize,
    /// By network; those without a body are absent.
    by_network: HashMap<ClientNetwork, usize>,
}

/// The bytes of one body, reserved until it is dropped.
pub(super) struct BodyPermit<'a> {
    budget: &'a BodyBudget,
    network: ClientNetwork,
    bytes: usize,
}

/// Too little is left, in total or for this network.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BudgetExhausted;

impl BodyBudget {
    /// A permit for a body from this network, which holds nothing yet.
    pub(super) fn permit(&self, network: ClientNetwork) -> BodyPermit<'_> {
        BodyPermit { budget: self, network, bytes: 0 }
    }

    fn reserved(&self) -> MutexGuard<'_, Reserved> {
        // Two numbers are changed while it is held, and nothing there can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BodyPermit<'_> {
    /// Reserves this many bytes in total. It fails at once and does not wait: bodies that wait
    /// for each other's memory would wait for ever.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), BudgetExhausted> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        let mut reserved = self.budget.reserved();
        let own = reserved.by_network.get(&self.network).copied();
        let (all, own) = (reserved.all + more, own.unwrap_or_default() + more);
        if all > BUDGET || own > SHARE {
            return Err(BudgetExhausted);
        }
        reserved.all = all;
        reserved.by_network.insert(self.network, own);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for BodyPermit<'_> {
    fn drop(&mut self) {
        let mut reserved = self.budget.reserved();
        reserved.all -= self.bytes;
        if let Some(own) = reserved.by_network.get_mut(&self.network) {
            *own -= self.bytes;
            if *own == 0 {
                reserved.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u8) -> ClientNetwork {
        ClientNetwork::of([192, 0, 2, number].into())
    }

    #[test]
    fn one_network_gets_a_quarter_and_all_together_the_whole_budget() {
        let budget = BodyBudget::default();
        let mut permits: Vec<_> = (0..4).map(|one| budget.permit(network(one))).collect();
        for permit in &mut permits {
            assert_eq!(permit.grow_to(SHARE), Ok(()));
            assert_eq!(permit.grow_to(SHARE + 1), Err(BudgetExhausted));
            let mut another = budget.permit(permit.network);
            assert_eq!(another.grow_to(1), Err(BudgetExhausted));
        }
        let mut fifth = budget.permit(network(5));
        assert_eq!(fifth.grow_to(1), Err(BudgetExhausted));
        permits.pop();
        assert_eq!(fifth.grow_to(SHARE), Ok(()));
    }

    #[test]
    fn permit_grows_and_returns_all_its_bytes_when_dropped() {
        let budget = BodyBudget::default();
        let mut permit = budget.permit(network(1));
        for bytes in [10, 5, 30] {
            assert_eq!(permit.grow_to(bytes), Ok(()));
        }
        assert_eq!(budget.reserved().all, 30);
        drop(permit);
        assert_eq!(budget.reserved().all, 0);
        assert!(budget.reserved().by_network.is_empty());
    }
}
