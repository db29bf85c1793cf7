//! The relay of mailbox updates between nodes, for any broker that has a [`Transport`].
//!
//! A relay notifies the hub of its own node at once, and queues the update for the other nodes; the queue
//! merges the updates of a user, and no request waits for it. A transport, such as Redis, carries the
//! messages. It may disconnect at any time; the relay reconnects. Nothing is stored: nodes recover missed
//! updates from the mailboxes.

mod gap_tracker;
mod message;
mod pause;
mod pending_updates;
mod run;
mod transport;

#[cfg(test)]
mod tests;

pub use message::Message;
pub use run::Relay;
pub use transport::{Connection, Disconnected, Receiver, Sender, Subscriptions, Transport};
