//! What you need to test code that builds on `leopard-core`, with few dependencies and without a database.
//!
//! - [`TestCore`] is the whole core over a store in memory, with fakes of all other ports and a clock that you
//!   advance.
//! - [`fakes`] holds these fakes one by one, [`fixtures`] creates users, tasks and notifications.
//! - [`conformance!`] runs the conformance suite over a store of your own, [`broker_conformance!`] the one over a
//!   broker of your own.

#![expect(
    clippy::missing_panics_doc,
    reason = "everything here is for tests, which fail by panics"
)]

mod backend;
pub mod background;
pub mod commit;
pub mod conformance;
pub mod fakes;
pub mod fixtures;
pub mod rng;
pub mod switches;
mod test_core;
pub mod wait;

pub use backend::Backend;
pub use test_core::TestCore;
