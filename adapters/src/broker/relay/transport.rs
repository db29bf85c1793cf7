use std::fmt;

use async_trait::async_trait;

use super::message::Message;
use crate::broker::local::PresenceDiff;

/// Why there is no way to the other nodes, for the log.
#[derive(Debug)]
pub struct Disconnected(String);

impl Disconnected {
    /// For this reason, which must hold no secret.
    pub(in crate::broker) fn because(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What carries messages between nodes.
#[async_trait]
pub trait Transport: Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Looks for a way to the other nodes, within seconds.
    async fn connect(&self) -> Result<Connection, Disconnected>;
}

/// A way to the other nodes, until one of its parts says that it is lost.
pub struct Connection {
    /// Speaks to them.
    pub sender: Box<dyn Sender>,
    /// Hears them, and this node too.
    pub receiver: Box<dyn Receiver>,
    /// Says whose updates are to be heard; none where everybody's are.
    pub subscriptions: Option<Box<dyn Subscriptions>>,
}

/// Speaks to all nodes.
#[async_trait]
pub trait Sender: Send {
    /// Says all of these, within seconds.
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected>;
}

/// Hears what is said.
#[async_trait]
pub trait Receiver: Send {
    /// Waits for the next messages.
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected>;
}

/// Hears the updates of some users only.
#[async_trait]
pub trait Subscriptions: Send {
    /// Once this has returned, the updates of those who have come are heard, and of those who have
    /// gone not any more.
    async fn apply(&mut self, diff: &PresenceDiff) -> Result<(), Disconnected>;
}
