use std::future::poll_fn;

use futures_util::FutureExt as _;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{Signal, Subscription};

use crate::support::wait::{TIMEOUT, within};

/// Somebody who listens to a hub.
pub(super) struct Subscriber(pub(super) Box<dyn Subscription>);

impl Subscriber {
    /// The next update.
    pub(super) async fn recv(&mut self) -> MailboxUpdate {
        match poll_fn(|context| self.0.poll_signal(context)).await {
            Signal::Updated(update) => update,
            other => panic!("{other:?}"),
        }
    }

    /// Updates until the mailbox is known to be exactly there.
    pub(super) async fn recv_update(&mut self, head: i64, revision: i64) {
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

    /// Nothing has updated until now.
    pub(super) fn expect_nothing(&mut self) {
        let heard = self.recv().now_or_never();
        assert_eq!(heard, None);
    }
}
