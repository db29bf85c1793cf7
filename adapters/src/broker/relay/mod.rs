//! The relay of mailbox updates between nodes.
//!
//! A relay notifies the hub of its own node at once, and queues the update for the other nodes; the queue
//! merges the updates of a user, and no request waits for it. A transport, such as Redis, carries the
//! messages. It may disconnect at any time; the relay reconnects. Nothing is stored: nodes recover missed
//! updates from the mailboxes.

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
