//! Tasks, with their tags, comments and reminders.

mod comments;
mod insert;
mod insert_postgres;
mod list;
mod reminders;
mod repository;
mod rows;
mod update;
