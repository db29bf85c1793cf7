use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::login::Login;
use leopard_core::port::{Ending, SubscriptionRequest};
use slab::Slab;

use super::heartbeat::Heartbeat;
use super::hub::HubSettings;
use super::slot::Slot;

/// Seconds after which a stream that found no place may ask again.
const RETRY_AFTER: u32 = 5;

/// The registry, as the hub and its subscriptions share it.
pub(super) struct SharedRegistry(Mutex<Registry>);

impl SharedRegistry {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Registry {
            slots: Slab::new(),
            by_user: HashMap::new(),
            is_closed: false,
        }))
    }

    /// The lock is held for a few instructions, and never while somebody is woken.
    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        // A panic elsewhere must not deafen every stream; no slot is ever half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The places of all open streams, and which are whose.
pub(super) struct Registry {
    slots: Slab<Slot>,
    by_user: HashMap<UserId, Vec<usize>>,
    is_closed: bool,
}

impl Registry {
    /// Makes a place and says which.
    pub(super) fn insert(
        &mut self,
        request: SubscriptionRequest,
        settings: HubSettings,
    ) -> Result<usize, Failure> {
        let user = request.login.user;
        let here = self.by_user.get(&user).map_or(0, Vec::len);
        let elsewhere = usize::try_from(request.elsewhere).unwrap_or(usize::MAX);
        if here.saturating_add(elsewhere) >= settings.streams_per_user {
            return Err(Failure::Throttled {
                retry_after: RETRY_AFTER,
            });
        }
        let mut slot = Slot::new(
            self.share(request.login),
            request.expires_at,
            Heartbeat::after(request.opened_at, settings.heartbeat),
        );
        if self.is_closed {
            // An error would make a browser give up; an end sends it to another node.
            let _nobody_waits_yet = slot.end(Ending::Shutdown);
        }
        let key = self.slots.insert(slot);
        self.by_user.entry(user).or_default().push(key);
        Ok(key)
    }

    /// Gives a place up.
    pub(super) fn remove(&mut self, key: usize) -> Option<Slot> {
        let slot = self.slots.try_remove(key)?;
        let user = slot.login().user;
        if let Some(keys) = self.by_user.get_mut(&user) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.by_user.remove(&user);
            }
        }
        Some(slot)
    }

    /// From now on whoever comes is told at once that the node is leaving.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many streams each user has.
    pub(super) fn of_each_user(&self) -> Vec<(UserId, u32)> {
        let users = self.by_user.iter();
        let count = |keys: &Vec<usize>| u32::try_from(keys.len()).unwrap_or(u32::MAX);
        users.map(|(user, keys)| (*user, count(keys))).collect()
    }

    pub(super) fn slot(&mut self, key: usize) -> Option<&mut Slot> {
        self.slots.get_mut(key)
    }

    pub(super) fn slots(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut().map(|(_, slot)| slot)
    }

    /// Does something to each stream of a user, and collects what comes of it.
    pub(super) fn of_user<T>(
        &mut self,
        user: UserId,
        mut act: impl FnMut(&mut Slot) -> Option<T>,
    ) -> Vec<T> {
        let keys = self.by_user.get(&user).map_or(&[][..], Vec::as_slice);
        keys.iter()
            .filter_map(|key| self.slots.get_mut(*key).and_then(&mut act))
            .collect()
    }

    /// The login as the user's other streams hold it already, so that it is kept once.
    fn share(&self, login: Login) -> Arc<Login> {
        let keys = self.by_user.get(&login.user).into_iter().flatten();
        keys.filter_map(|key| self.slots.get(*key))
            .map(Slot::login)
            .find(|known| ***known == login)
            .cloned()
            .unwrap_or_else(|| Arc::new(login))
    }
}
