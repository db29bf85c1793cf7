//! Brokers: they tell open streams, here and on other nodes, that a mailbox has changed.

pub mod local;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "redis")]
pub mod redis;
pub mod relay;

pub use relay::Relay;
