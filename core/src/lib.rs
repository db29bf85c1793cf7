//! The core of Leopard: what happens, without saying with what.
//!
//! - [`domain`] holds the rules as plain values: no I/O, no clock, no randomness.
//! - [`port`] names what the rules need from outside, one trait a file.
//! - [`service`] holds the use cases: read, decide, commit, publish.
//! - [`stream`] holds the follower, the state machine behind every open stream.
//!
//! With the feature `mock`, every port has a mock (`MockTaskRepository` and so on).

pub mod domain;
pub mod failure;
pub mod port;
pub mod service;
pub mod stream;
pub mod ttl_cache;

pub use failure::Failure;
