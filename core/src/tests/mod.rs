//! What the unit tests of the core share.

pub(crate) mod fixtures;
