//! Doorbells: how open streams hear that a mailbox has changed.

pub mod local;
pub mod postgres;
pub mod redis;
mod relay;

pub use relay::Relay;
