//! The checks: pure functions from what was observed to a finding.

pub mod clock;
pub mod delivery;
pub mod request;
pub mod service;
pub mod stream;
