//! Mailboxes and their notifications.

pub(super) mod append;
mod change_feed;
mod definitions;
mod read;
mod repository;
mod update;
