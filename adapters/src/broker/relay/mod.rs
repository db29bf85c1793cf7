//! Between nodes: what is updated here is heard there.
//!
//! A relay rings the hub of its own node at once and puts what the others should hear into an
//! pending, in which the updates of a user are one. Nobody waits for it. What carries its messages to the
//! other nodes is a transport, such as Redis; the way may be lost at any time and is looked for again.
//! Nothing is stored: whatever was missed meanwhile, the mailboxes know.

mod carry;
mod gap_tracker;
mod message;
mod pause;
mod pending_updates;
mod transport;

#[cfg(test)]
mod tests;

pub use carry::Relay;
pub(super) use message::Message;
pub(super) use transport::{Connection, Disconnected, Receiver, Sender, Subscriptions, Transport};
