//! The hub within one process.
//!
//! A stream's place in the hub is a few numbers, never a queue: how far its mailbox is known to
//! be, when its heartbeat is due, when its token expires, and whom to wake. A stream that does
//! not listen costs nothing but its own delay.

mod heartbeat;
mod hub;
mod listeners;
mod registry;
mod single_node;
mod slot;
mod subscription;

#[cfg(test)]
mod tests;

pub use hub::{Hub, HubSettings};
pub(super) use listeners::PresenceDiff;
pub use single_node::SingleNode;
