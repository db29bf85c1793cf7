use std::future::poll_fn;

use futures_util::FutureExt as _;
use leopard_core::domain::mailbox::Bell;
use leopard_core::port::{Signal, Subscription};

use crate::support::wait::{PATIENCE, within};

/// Somebody who listens to a hub.
pub(super) struct Ear(pub(super) Box<dyn Subscription>);

impl Ear {
    /// The next bell.
    pub(super) async fn hear(&mut self) -> Bell {
        match poll_fn(|context| self.0.poll_signal(context)).await {
            Signal::Rung(bell) => bell,
            other => panic!("{other:?}"),
        }
    }

    /// Bells until the mailbox is known to be exactly there.
    pub(super) async fn hear_of(&mut self, head: i64, state: i64) {
        let what = format!("a bell of head {head} and state {state}");
        within(&what, PATIENCE, async {
            loop {
                let bell = self.hear().await;
                assert!(bell.head <= head && bell.state <= state, "{bell:?}");
                if (bell.head, bell.state) == (head, state) {
                    return;
                }
            }
        })
        .await;
    }

    /// Nothing has rung until now.
    pub(super) fn hears_nothing(&mut self) {
        let heard = self.hear().now_or_never();
        assert_eq!(heard, None);
    }
}
