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

/// Seconds after which a user with too many streams may try again.
const RETRY_AFTER: u32 = 5;

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

    /// Callers hold the lock for a few instructions, and never while they wake a task.
    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        // A panic elsewhere must not stop every stream; no slot is ever half changed.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a slot and returns its key.
    pub(super) fn insert(
        &self,
        request: SubscriptionRequest,
        settings: HubSettings,
    ) -> Result<usize, Failure> {
        self.notifying(|registry| registry.insert(request, settings))
    }

    pub(super) fn remove(&self, key: usize) -> Option<Slot> {
        self.notifying(|registry| registry.remove(key))
    }

    /// Waits until the first stream of a user opened or the last one closed.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn notifying<T>(&self, act: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.lock();
        let outcome = act(&mut registry);
        let has_changes = registry.has_changes();
        drop(registry);
        if has_changes {
            self.changed.notify_one();
        }
        outcome
    }
}

/// The slots of all open streams, by user.
pub(super) struct Registry {
    slots: Slab<Slot>,
    by_user: HashMap<UserId, Vec<usize>>,
    /// Users whose first stream opened or last one closed, while these are watched.
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
            return Err(Failure::Throttled { retry_after: RETRY_AFTER });
        }
        let mut slot = Slot::new(
            self.share(request.login),
            request.expires_at,
            Heartbeat::after(request.opened_at, settings.heartbeat),
        );
        if self.is_closed {
            // An error would make a browser give up; an end makes it reconnect to another node.
            let _no_waker_yet = slot.end(CloseReason::Shutdown);
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

    /// Starts to record changes, beginning with all users who have streams.
    pub(super) fn watch(&mut self) {
        self.changed = Some(self.by_user.keys().copied().collect());
    }

    pub(super) fn unwatch(&mut self) {
        self.changed = None;
    }

    /// Users who may have joined or left since the last call, and whether they have streams now.
    pub(super) fn take_changed(&mut self) -> Vec<(UserId, bool)> {
        let changed = self.changed.as_mut().map(std::mem::take);
        let users = changed.into_iter().flatten();
        users.map(|user| (user, self.by_user.contains_key(&user))).collect()
    }

    fn mark_changed(&mut self, user: UserId) {
        if let Some(changed) = &mut self.changed {
            changed.insert(user);
        }
    }

    fn has_changes(&self) -> bool {
        self.changed.as_ref().is_some_and(|users| !users.is_empty())
    }

    /// Ends every later stream at once, because the node shuts down.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

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

    /// Applies a function to each stream of a user and collects its results.
    pub(super) fn of_user<T>(
        &mut self,
        user: UserId,
        mut act: impl FnMut(&mut Slot) -> Option<T>,
    ) -> Vec<T> {
        let keys = self.by_user.get(&user).map_or(&[][..], Vec::as_slice);
        keys.iter().filter_map(|key| self.slots.get_mut(*key).and_then(&mut act)).collect()
    }

    /// The login that another stream of the user holds already, to share its memory.
    fn share(&self, login: Login) -> Arc<Login> {
        let keys = self.by_user.get(&login.user).into_iter().flatten();
        keys.filter_map(|key| self.slots.get(*key))
            .map(Slot::login)
            .find(|known| ***known == login)
            .cloned()
            .unwrap_or_else(|| Arc::new(login))
    }
}
