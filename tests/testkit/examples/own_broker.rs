//! A broker of your own: a transport carries messages between nodes, and the relay does the rest (it merges updates,
//! reconnects, and reports what may have been lost). This one connects the nodes of one process.

use std::sync::{Arc, Mutex, PoisonError};

use leopard_adapters::broker::local::Hub;
use leopard_adapters::broker::relay::{
    Connection, Disconnected, Message, Receiver, Relay, Sender, Transport,
};
use leopard_core::async_trait;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Carries messages through a channel per node. Over a network, send [`Message::text`] and read it with
/// [`Message::parse`].
#[derive(Clone, Default)]
pub struct Channel(Arc<Mutex<Vec<UnboundedSender<Vec<Message>>>>>);

impl Channel {
    /// Connects a node: this is its publisher and its relay.
    #[must_use]
    pub fn relay(&self, hub: Arc<Hub>) -> Relay {
        Relay::new(hub, self.clone())
    }
}

#[async_trait]
impl Transport for Channel {
    fn name(&self) -> &'static str {
        "channel"
    }

    async fn connect(&self) -> Result<Connection, Disconnected> {
        let (node, receiver) = unbounded_channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(node);
        Ok(Connection {
            sender: Box::new(ChannelSender(self.clone())),
            receiver: Box::new(ChannelReceiver(receiver)),
            // Every node receives the updates of all users.
            subscriptions: None,
        })
    }
}

struct ChannelSender(Channel);

#[async_trait]
impl Sender for ChannelSender {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        let mut nodes = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Forgets nodes that have disconnected.
        nodes.retain(|node| node.send(messages.to_vec()).is_ok());
        Ok(())
    }
}

struct ChannelReceiver(UnboundedReceiver<Vec<Message>>);

#[async_trait]
impl Receiver for ChannelReceiver {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        // An error makes the relay reconnect, and the nodes recover what they missed.
        self.0.recv().await.ok_or_else(|| Disconnected::because("the channel is closed"))
    }
}

#[cfg(test)]
mod tests {
    use leopard_testkit::conformance::brokers::{Broker, Node};

    use super::*;

    impl Broker for Channel {
        fn new_node(&self) -> Node {
            Node::relayed(|hub| self.relay(hub))
        }
    }

    async fn start() -> Channel {
        Channel::default()
    }

    leopard_testkit::broker_conformance!(channel, crate::tests::start);
}
