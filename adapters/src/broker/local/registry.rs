use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::Failure;
use leopard_core::domain::account::Login;
use leopard_core::domain::id::UserId;
use leopard_core::port::{CloseReason, SubscriptionRequest};
use slab::Slab;
use tokio::sync::Notify;

use super::heartbeat::Heartbeat;
use super::hub::HubSettings;
use super::slot::Slot;

/// Seconds after which a stream that found no place may ask again.
const RETRY_AFTER: u32 = 5;

/// The registry, as the hub and its subscriptions share it.
pub(super) struct SharedRegistry {
    registry: Mutex<Registry>,
    changed: Notify,
}

impl SharedRegistry {
    pub(super) fn new() -> Self {
        Self {
            registry: Mutex::new(Registry {
                slots: Slab::new(),
                by_user: HashMap::new(),
                changed: None,
                is_closed: false,
            }),
            changed: Notify::new(),
        }
    }

    /// The lock is held for a few instructions, and never while somebody is woken.
    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        // A panic elsewhere must not deafen every stream; no slot is ever half changed.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a place and says which.
    pub(super) fn insert(
        &self,
        request: SubscriptionRequest,
        settings: HubSettings,
    ) -> Result<usize, Failure> {
        self.stirring(|registry| registry.insert(request, settings))
    }

    /// Gives a place up.
    pub(super) fn remove(&self, key: usize) -> Option<Slot> {
        self.stirring(|registry| registry.remove(key))
    }

    /// Waits until somebody's first stream has come or their last one has gone.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn stirring<T>(&self, act: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.lock();
        let outcome = act(&mut registry);
        let has_stirred = registry.has_stirred();
        drop(registry);
        if has_stirred {
            self.changed.notify_one();
        }
        outcome
    }
}

/// The places of all open streams, and which are whose.
pub(super) struct Registry {
    slots: Slab<Slot>,
    by_user: HashMap<UserId, Vec<usize>>,
    /// Whose first stream has come or whose last one has gone, if somebody watches.
    changed: Option<HashSet<UserId>>,
    is_closed: bool,
}

impl Registry {
    fn insert(
        &mut self,
        request: SubscriptionRequest,
        settings: HubSettings,
    ) -> Result<usize, Failure> {
        let user = request.login.user;
        let here = self.by_user.get(&user).map_or(0, Vec::len);
        let count_on_other_nodes =
            usize::try_from(request.count_on_other_nodes).unwrap_or(usize::MAX);
        if here.saturating_add(count_on_other_nodes) >= settings.streams_per_user {
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
            let _nobody_waits_yet = slot.end(CloseReason::Shutdown);
        }
        let key = self.slots.insert(slot);
        self.by_user.entry(user).or_default().push(key);
        if here == 0 {
            self.mark_changed(user);
        }
        Ok(key)
    }

    fn remove(&mut self, key: usize) -> Option<Slot> {
        let slot = self.slots.try_remove(key)?;
        let user = slot.login().user;
        if let Some(keys) = self.by_user.get_mut(&user) {
            keys.retain(|other| *other != key);
            if keys.is_empty() {
                self.by_user.remove(&user);
                self.mark_changed(user);
            }
        }
        Some(slot)
    }

    /// From now on it is noted who comes and who goes; those who are here have come.
    pub(super) fn watch(&mut self) {
        self.changed = Some(self.by_user.keys().copied().collect());
    }

    /// It is not noted any more.
    pub(super) fn unwatch(&mut self) {
        self.changed = None;
    }

    /// Whoever may have come or gone since the last time, and whether they have streams now.
    pub(super) fn take_changed(&mut self) -> Vec<(UserId, bool)> {
        let changed = self.changed.as_mut().map(std::mem::take);
        let users = changed.into_iter().flatten();
        users
            .map(|user| (user, self.by_user.contains_key(&user)))
            .collect()
    }

    fn mark_changed(&mut self, user: UserId) {
        if let Some(changed) = &mut self.changed {
            changed.insert(user);
        }
    }

    fn has_stirred(&self) -> bool {
        self.changed.as_ref().is_some_and(|users| !users.is_empty())
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
