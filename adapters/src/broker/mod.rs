//! Brokers: they tell open streams, here and on other nodes, that a mailbox has changed.

pub mod local;
pub mod postgres;
pub mod redis;
mod relay;

pub use relay::Relay;
