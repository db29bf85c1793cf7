use std::collections::HashSet;
use std::sync::Arc;

use leopard_core::domain::id::UserId;

use super::registry::SharedRegistry;

/// The users who have streams here, for subscriptions at a broker.
pub(crate) struct LocalListeners {
    registry: Arc<SharedRegistry>,
    known: HashSet<UserId>,
}

/// The change of the users who have streams.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PresenceDiff {
    /// Users whose first stream opened.
    pub joined: Vec<UserId>,
    /// Users whose last stream closed.
    pub left: Vec<UserId>,
}

impl LocalListeners {
    pub(super) fn new(registry: Arc<SharedRegistry>) -> Self {
        registry.lock().watch();
        Self { registry, known: HashSet::new() }
    }

    pub(crate) async fn next_diff(&mut self) -> PresenceDiff {
        loop {
            let diff = self.current_diff();
            if !diff.joined.is_empty() || !diff.left.is_empty() {
                return diff;
            }
            self.registry.changed().await;
        }
    }

    /// The change since the last call; at first, all users with streams have joined. A user who joined and left in
    /// between is not included.
    pub(crate) fn current_diff(&mut self) -> PresenceDiff {
        let changed = self.registry.lock().take_changed();
        let mut diff = PresenceDiff::default();
        for (user, is_here) in changed {
            if is_here && self.known.insert(user) {
                diff.joined.push(user);
            } else if !is_here && self.known.remove(&user) {
                diff.left.push(user);
            }
        }
        diff
    }
}

impl Drop for LocalListeners {
    fn drop(&mut self) {
        self.registry.lock().unwatch();
    }
}
