//! Between nodes: what is updated here is heard there.
//!
//! A relay rings the hub of its own node at once and puts what the others should hear into an
//! outbox, in which the updates of a user are one. Nobody waits for it. What carries its words to the
//! other nodes is a carrier, such as Redis; the way may be lost at any time and is looked for again.
//! Nothing is stored: whatever was missed meanwhile, the mailboxes know.

mod carrier;
mod carry;
mod gap_tracker;
mod outbox;
mod pause;
mod word;

#[cfg(test)]
mod tests;

pub(super) use carrier::{Carrier, Line, Listener, Lost, Speaker, Tuner};
pub use carry::Relay;
pub(super) use word::Word;
