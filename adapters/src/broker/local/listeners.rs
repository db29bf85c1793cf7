use std::collections::HashSet;
use std::sync::Arc;

use leopard_core::domain::id::UserId;

use super::registry::SharedRegistry;

/// Who has streams here, for the one who listens elsewhere on their behalf.
pub(crate) struct LocalListeners {
    registry: Arc<SharedRegistry>,
    known: HashSet<UserId>,
}

/// What has changed about who has streams.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PresenceDiff {
    /// Those who have some now.
    pub joined: Vec<UserId>,
    /// Those who have none any more.
    pub left: Vec<UserId>,
}

impl LocalListeners {
    pub(super) fn new(registry: Arc<SharedRegistry>) -> Self {
        registry.lock().watch();
        Self {
            registry,
            known: HashSet::new(),
        }
    }

    /// Waits until somebody has come or gone since the last time.
    pub(crate) async fn next_diff(&mut self) -> PresenceDiff {
        loop {
            let diff = self.current_diff();
            if !diff.joined.is_empty() || !diff.left.is_empty() {
                return diff;
            }
            self.registry.changed().await;
        }
    }

    /// Who has come or gone since the last time; the first time, all who have streams have come. Who
    /// comes and goes in between is not told of.
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
