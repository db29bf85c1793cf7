use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use leopard_core::domain::id::UserId;
use leopard_core::port::Missed;
use tokio::sync::Notify;

/// Users whose updates may have been missed, until they are recovered.
#[derive(Default)]
pub(super) struct GapTracker {
    open: Mutex<Open>,
    raised: Notify,
}

#[derive(Default)]
struct Open {
    users: HashSet<UserId>,
    is_missed_all: bool,
}

impl GapTracker {
    /// Records that updates may have been missed.
    pub(super) fn raise(&self, missed: Missed) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match missed {
            Missed::Of(users) => open.users.extend(users),
            Missed::All => open.is_missed_all = true,
        }
        drop(open);
        self.raised.notify_one();
    }

    /// Waits until there are missed updates, and takes them all.
    pub(super) async fn take(&self) -> Missed {
        loop {
            if let Some(missed) = self.take_now() {
                return missed;
            }
            self.raised.notified().await;
        }
    }

    fn take_now(&self) -> Option<Missed> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Open { users, is_missed_all } = std::mem::take(&mut *open);
        if is_missed_all {
            Some(Missed::All)
        } else if users.is_empty() {
            None
        } else {
            Some(Missed::Of(users.into_iter().collect()))
        }
    }
}
