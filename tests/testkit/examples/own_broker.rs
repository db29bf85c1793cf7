//! A broker of your own: a transport carries messages between nodes, and the relay does the rest (it merges updates,
//! reconnects, and reports what may have been lost). This one connects the nodes of one process.

use std::sync::Arc;

use leopard_adapters::broker::local::Hub;
use leopard_adapters::broker::relay::{
    Connection, Disconnected, Message, Receiver, Relay, Sender, Transport,
};
use leopard_core::async_trait;
use tokio::sync::broadcast;

/// Carries messages through a channel. Over a network, send [`Message::text`] and read it with [`Message::parse`].
#[derive(Clone)]
pub struct Channel(broadcast::Sender<Vec<Message>>);

impl Default for Channel {
    fn default() -> Self {
        Self(broadcast::channel(1_024).0)
    }
}

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
        Ok(Connection {
            sender: Box::new(ChannelSender(self.0.clone())),
            receiver: Box::new(ChannelReceiver(self.0.subscribe())),
            // Every node receives the updates of all users.
            subscriptions: None,
        })
    }
}

struct ChannelSender(broadcast::Sender<Vec<Message>>);

#[async_trait]
impl Sender for ChannelSender {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        self.0.send(messages.to_vec()).map_err(Disconnected::because)?;
        Ok(())
    }
}

struct ChannelReceiver(broadcast::Receiver<Vec<Message>>);

#[async_trait]
impl Receiver for ChannelReceiver {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        // A receiver that is too slow loses messages. The error makes the relay reconnect and recover them.
        self.0.recv().await.map_err(Disconnected::because)
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
