//! The core of Leopard: domain, ports and services, without I/O, timers or a runtime.
//!
//! - [`Core`] builds every service from [`Ports`] and [`Settings`], and lists the periodic work.
//! - [`domain`] holds the rules as plain values: no I/O, no clock, no randomness.
//! - [`port`] holds what the core needs from outside, one trait per file.
//! - [`service`] holds the use cases. Each reads, decides, commits and publishes, in this order.
//! - [`stream`] holds the follower, the state machine of every open stream, and what wakes and closes streams.
//!
//! [`domain::field::FieldError`] and [`Settings`] are `#[non_exhaustive]`. Enums that adapters must match
//! completely, such as [`Failure`] and the changes of [`domain::change`], are exhaustive on purpose.
//!
//! With the feature `mock`, every port has a mock (`MockTaskRepository` and so on).

pub mod background;
pub mod domain;
mod facade;
pub mod failure;
pub mod port;
pub mod service;
pub mod stream;
#[cfg(test)]
mod tests;
pub mod ttl_cache;

/// The macro for implementations of asynchronous ports.
pub use async_trait::async_trait;
/// The crate whose times appear in the domain and the ports.
pub use chrono;
pub use facade::{Core, Ports, Repositories, Settings};
pub use failure::Failure;
