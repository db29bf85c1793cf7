//! Tasks, with their tags, comments and reminders.

pub(super) mod comments;
pub(super) mod insert;
pub(super) mod insert_postgres;
mod list;
mod reminders;
mod repository;
pub(super) mod rows;
mod update;
