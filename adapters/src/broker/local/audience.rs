use std::collections::HashSet;
use std::sync::Arc;

use leopard_core::domain::id::UserId;

use super::registry::SharedRegistry;

/// Who has streams here, for the one who listens elsewhere on their behalf.
pub(crate) struct Audience {
    registry: Arc<SharedRegistry>,
    known: HashSet<UserId>,
}

/// What has changed about who has streams.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Those who have some now.
    pub come: Vec<UserId>,
    /// Those who have none any more.
    pub gone: Vec<UserId>,
}

impl Audience {
    pub(super) fn new(registry: Arc<SharedRegistry>) -> Self {
        registry.lock().watch();
        Self {
            registry,
            known: HashSet::new(),
        }
    }

    /// Waits until somebody has come or gone since the last time.
    pub(crate) async fn turnover(&mut self) -> Turnover {
        loop {
            let turnover = self.turnover_now();
            if !turnover.come.is_empty() || !turnover.gone.is_empty() {
                return turnover;
            }
            self.registry.stirred().await;
        }
    }

    /// Who has come or gone since the last time; the first time, all who have streams have come. Who
    /// comes and goes in between is not told of.
    pub(crate) fn turnover_now(&mut self) -> Turnover {
        let stirred = self.registry.lock().take_stirred();
        let mut turnover = Turnover::default();
        for (user, is_here) in stirred {
            if is_here && self.known.insert(user) {
                turnover.come.push(user);
            } else if !is_here && self.known.remove(&user) {
                turnover.gone.push(user);
            }
        }
        turnover
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        self.registry.lock().unwatch();
    }
}
