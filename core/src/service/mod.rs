//! The use cases: read, decide, commit, publish.

pub mod accounts;
pub mod inbox;
pub mod stream;
pub mod tasks;
