//! Mailboxes and their notifications.

mod announcement;
pub(super) mod append;
mod change_feed;
mod repository;
mod update;
