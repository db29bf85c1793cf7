use std::sync::Arc;
use std::task::{Context, Poll};

use leopard_core::port::{Signal, Subscription};

use super::registry::SharedRegistry;

/// A stream's hold on its place in the hub.
pub(super) struct LocalSubscription {
    registry: Arc<SharedRegistry>,
    key: usize,
}

impl LocalSubscription {
    pub(super) fn new(registry: Arc<SharedRegistry>, key: usize) -> Self {
        Self { registry, key }
    }
}

impl Subscription for LocalSubscription {
    #[expect(
        clippy::elidable_lifetime_names,
        reason = "the port names the lifetime"
    )]
    fn poll_signal<'a>(&mut self, context: &mut Context<'a>) -> Poll<Signal> {
        let mut registry = self.registry.lock();
        let Some(slot) = registry.slot(self.key) else {
            return Poll::Pending;
        };
        if let Some(signal) = slot.take() {
            return Poll::Ready(signal);
        }
        // What is waited with is stored under the lock under which updates come: none slips through.
        let former = slot.wait(context.waker());
        drop(registry);
        drop(former);
        Poll::Pending
    }
}

impl Drop for LocalSubscription {
    fn drop(&mut self) {
        // Dropping a waker may drop a task, and that another subscription: not under the lock.
        let slot = self.registry.remove(self.key);
        drop(slot);
    }
}
