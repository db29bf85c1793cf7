//! Memory that large bodies share. No network gets all of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::domain::account::ClientNetwork;

/// The most bytes of all large bodies together.
const ROOM: usize = 32 * 1024 * 1024;
/// The most bytes of those of one network: a quarter, so that others find room beside it.
const SHARE: usize = ROOM / 4;

/// The bytes that are reserved.
#[derive(Default)]
pub(super) struct BodyRoom(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    all: usize,
    /// By network; those without a body are absent.
    by_network: HashMap<ClientNetwork, usize>,
}

/// The bytes of one body, reserved until it is dropped.
pub(super) struct Place<'a> {
    room: &'a BodyRoom,
    network: ClientNetwork,
    bytes: usize,
}

/// Too little is left, in total or for this network.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl BodyRoom {
    /// A place for a body from this network. It holds nothing yet.
    pub(super) fn place(&self, network: ClientNetwork) -> Place<'_> {
        Place { room: self, network, bytes: 0 }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Two numbers are changed while it is held, and nothing there can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Reserves this many bytes in total. A body without room is refused at once: bodies that wait for
    /// each other's room would wait for ever.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), Full> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        let mut taken = self.room.taken();
        let own = taken.by_network.get(&self.network).copied();
        let (all, own) = (taken.all + more, own.unwrap_or_default() + more);
        if all > ROOM || own > SHARE {
            return Err(Full);
        }
        taken.all = all;
        taken.by_network.insert(self.network, own);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.room.taken();
        taken.all -= self.bytes;
        if let Some(own) = taken.by_network.get_mut(&self.network) {
            *own -= self.bytes;
            if *own == 0 {
                taken.by_network.remove(&self.network);
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
    fn one_network_gets_a_quarter_and_all_together_the_whole() {
        let room = BodyRoom::default();
        let mut places: Vec<_> = (0..4).map(|one| room.place(network(one))).collect();
        for place in &mut places {
            assert_eq!(place.grow_to(SHARE), Ok(()));
            assert_eq!(place.grow_to(SHARE + 1), Err(Full));
            let mut another = room.place(place.network);
            assert_eq!(another.grow_to(1), Err(Full));
        }
        let mut fifth = room.place(network(5));
        assert_eq!(fifth.grow_to(1), Err(Full));
        places.pop();
        assert_eq!(fifth.grow_to(SHARE), Ok(()));
    }

    #[test]
    fn a_place_grows_and_is_given_back_whole() {
        let room = BodyRoom::default();
        let mut place = room.place(network(1));
        for bytes in [10, 5, 30] {
            assert_eq!(place.grow_to(bytes), Ok(()));
        }
        assert_eq!(room.taken().all, 30);
        drop(place);
        assert_eq!(room.taken().all, 0);
        assert!(room.taken().by_network.is_empty());
    }
}
