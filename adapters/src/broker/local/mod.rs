//! The hub: it wakes the open streams of this process.
//!
//! A stream has a slot of a few numbers and no queue: the known head and revision of its mailbox, the due time of
//! its heartbeat, the expiry of its token, and its waker. A stream that does not read delays only itself.

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
pub use listeners::PresenceDiff;
pub use single_node::SingleNode;
