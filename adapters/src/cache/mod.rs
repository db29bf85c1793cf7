//! Caches in front of a store.

pub mod users;
