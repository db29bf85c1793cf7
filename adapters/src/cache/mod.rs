//! Caches in front of a store.

pub mod notification_types;
pub mod users;
