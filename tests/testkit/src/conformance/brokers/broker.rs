use std::ops::RangeInclusive;

use leopard_core::domain::id::UserId;

use super::{Node, Subscriber};
use crate::Backend;

/// A broker under test, which connects nodes.
#[expect(async_fn_in_trait, reason = "cases await the futures where they call the methods")]
pub trait Broker: Sync {
    /// Starts a node, which may not have connected to the broker yet.
    fn new_node(&self) -> Node;

    /// Whether a node subscribes to the users who have streams there. Otherwise it receives the updates of all.
    fn is_selective(&self) -> bool {
        false
    }

    /// A new, empty store for the cases that store tasks.
    async fn open_store(&self) -> Backend {
        Backend::memory()
    }

    /// Starts a node and waits until it has connected.
    async fn node(&self) -> Node {
        let node = self.new_node();
        node.wait_until_up(true).await;
        node
    }

    /// Starts two nodes and waits until they have connected.
    async fn nodes(&self) -> (Node, Node) {
        (self.node().await, self.node().await)
    }

    /// Opens a stream of this user, and waits until the node receives the user's updates.
    async fn stream(&self, node: &Node, user: i64) -> Subscriber {
        let mut streams = self.streams(node, user..=user).await;
        streams.pop().expect("one stream")
    }

    /// Opens a stream of each of these users.
    async fn streams(&self, node: &Node, users: RangeInclusive<i64>) -> Vec<Subscriber> {
        node.clear_missed();
        let streams = users.clone().map(|user| node.stream(user)).collect();
        if self.is_selective() {
            node.wait_until_subscribed(users.map(UserId).collect()).await;
        }
        streams
    }
}
