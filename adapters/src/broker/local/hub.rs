use std::collections::HashSet;
use std::sync::Arc;
use std::task::Waker;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::Login;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{
    CloseReason, NotificationPublisher, NotificationSubscriber, Subscription, SubscriptionRequest,
};

use super::listeners::LocalListeners;
use super::registry::SharedRegistry;
use super::slot::Slot;
use super::subscription::LocalSubscription;

/// Settings of a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubSettings {
    /// Maximum open streams per user, on all nodes together.
    pub streams_per_user: usize,
    /// The interval of heartbeats.
    pub heartbeat: TimeDelta,
}

/// Wakes the open streams of this process.
pub struct Hub {
    registry: Arc<SharedRegistry>,
    settings: HubSettings,
}

impl Hub {
    /// Creates a hub without streams.
    #[must_use]
    pub fn new(settings: HubSettings) -> Self {
        Self { registry: Arc::new(SharedRegistry::new()), settings }
    }

    /// Signals due heartbeats and expired tokens to all streams. Call it a few times a second; heartbeats that a
    /// late call missed count as one.
    pub fn tick(&self, now: DateTime<Utc>) {
        let interval = self.settings.heartbeat;
        self.for_all(|slot| slot.tick(now, interval));
    }

    /// Ends every stream, and every later one at once.
    pub fn shut_down(&self) {
        self.registry.lock().close();
        self.for_all(|slot| slot.end(CloseReason::Shutdown));
    }

    /// Number of open streams.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.registry.lock().len()
    }

    /// The users who have streams here, and how that changes.
    pub(crate) fn listeners(&self) -> LocalListeners {
        LocalListeners::new(self.registry.clone())
    }

    fn for_all(&self, act: impl FnMut(&mut Slot) -> Option<Waker>) {
        let wakers: Vec<_> = self.registry.lock().slots().filter_map(act).collect();
        wake(wakers);
    }
}

#[async_trait]
impl NotificationPublisher for Hub {
    async fn publish(&self, updates: Vec<MailboxUpdate>) {
        for update in updates {
            self.notify(update);
        }
    }
}

impl NotificationSubscriber for Hub {
    fn subscribe(&self, request: SubscriptionRequest) -> Result<Box<dyn Subscription>, Failure> {
        let key = self.registry.insert(request, self.settings)?;
        Ok(Box::new(LocalSubscription::new(self.registry.clone(), key)))
    }

    fn logins(&self) -> Vec<Login> {
        let mut logins: Vec<_> = {
            let mut registry = self.registry.lock();
            registry.slots().map(|slot| slot.login().clone()).collect()
        };
        let mut seen = HashSet::with_capacity(logins.len());
        logins.retain(|login| seen.insert(login.clone()));
        logins.iter().map(|login| Login::clone(login)).collect()
    }

    fn streams(&self) -> Vec<(UserId, u32)> {
        self.registry.lock().of_each_user()
    }

    fn end(&self, login: Login, reason: CloseReason) {
        let wakers = self.registry.lock().of_user(login.user, |slot| {
            if **slot.login() == login { slot.end(reason) } else { None }
        });
        wake(wakers);
    }

    fn notify(&self, update: MailboxUpdate) {
        let wakers = self.registry.lock().of_user(update.user, |slot| slot.notify(&update));
        wake(wakers);
    }
}

/// Wakes tasks. Call it without a lock, because a woken task may use the hub at once.
fn wake(wakers: Vec<Waker>) {
    for waker in wakers {
        waker.wake();
    }
}
