use std::future::poll_fn;

use futures_util::FutureExt as _;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{Signal, Subscription};

use crate::wait::{TIMEOUT, within};

/// An open stream of a hub.
pub struct Subscriber(pub(super) Box<dyn Subscription>);

impl Subscriber {
    /// Waits for the next update.
    pub async fn recv(&mut self) -> MailboxUpdate {
        match poll_fn(|context| self.0.poll_signal(context)).await {
            Signal::Updated(update) => update,
            other => panic!("{other:?}"),
        }
    }

    /// Waits for updates until the mailbox has exactly this head and revision.
    pub async fn recv_update(&mut self, head: i64, revision: i64) {
        let what = format!("an update of head {head} and revision {revision}");
        within(&what, TIMEOUT, async {
            loop {
                let update = self.recv().await;
                assert!(update.head <= head && update.revision <= revision, "{update:?}");
                if (update.head, update.revision) == (head, revision) {
                    return;
                }
            }
        })
        .await;
    }

    /// Checks that no update has arrived.
    pub fn expect_nothing(&mut self) {
        let received = self.recv().now_or_never();
        assert_eq!(received, None);
    }
}
