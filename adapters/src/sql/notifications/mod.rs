//! Mailboxes and their notifications.

pub(super) mod append;
mod change_feed;
mod read;
mod repository;
mod update;
