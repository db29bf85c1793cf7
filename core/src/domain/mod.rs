//! The rules as plain values, sorted by area.

pub mod access;
pub mod account;
pub mod change;
pub mod field;
pub mod id;
pub mod idempotency;
pub mod list_size;
mod named_enum;
pub mod notification;
pub mod page;
pub mod patch;
pub mod sliding_window;
pub mod task;
pub mod text;
pub mod timestamp;
