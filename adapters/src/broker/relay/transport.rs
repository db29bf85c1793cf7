use std::fmt;

use async_trait::async_trait;

use super::message::Message;
use crate::broker::local::PresenceDiff;

/// Why a transport is disconnected, for the log.
#[derive(Debug)]
pub struct Disconnected(String);

impl Disconnected {
    /// Disconnected for this reason, which must hold no secret.
    pub fn because(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Disconnected {}

/// Carries messages between nodes. It may lose messages only by failing: after a failure the relay connects again
/// and the nodes recover what they missed. The relay limits the time of every operation.
#[async_trait]
pub trait Transport: Send + Sync {
    /// The name in the log.
    fn name(&self) -> &'static str;

    /// Connects to the broker.
    ///
    /// # Errors
    ///
    /// [`Disconnected`] if the broker cannot be reached.
    async fn connect(&self) -> Result<Connection, Disconnected>;
}

/// A connection to the other nodes, until one of its parts fails.
pub struct Connection {
    /// Sends to all nodes.
    pub sender: Box<dyn Sender>,
    /// Receives from all nodes, this one included.
    pub receiver: Box<dyn Receiver>,
    /// Selects the users whose updates arrive; absent if all do.
    pub subscriptions: Option<Box<dyn Subscriptions>>,
}

/// Sends to all nodes.
#[async_trait]
pub trait Sender: Send {
    /// Sends all of these messages.
    ///
    /// # Errors
    ///
    /// [`Disconnected`] if the connection has failed: some of the messages may have been sent.
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected>;
}

/// Receives messages.
#[async_trait]
pub trait Receiver: Send {
    /// Waits for the next messages, in the order in which they were sent.
    ///
    /// # Errors
    ///
    /// [`Disconnected`] if the connection has failed: messages may be lost.
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected>;
}

/// Subscribes to the updates of some users.
#[async_trait]
pub trait Subscriptions: Send {
    /// Subscribes to users who joined and unsubscribes from users who left. Afterwards the updates of the former
    /// arrive.
    ///
    /// # Errors
    ///
    /// [`Disconnected`] if the connection has failed.
    async fn apply(&mut self, diff: &PresenceDiff) -> Result<(), Disconnected>;
}
