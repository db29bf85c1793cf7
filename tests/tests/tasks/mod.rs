//! Tasks: their life, their comments, their lists, and who may do what to them.

mod comments;
mod contention;
mod creation;
mod lists;
mod no_due_date;
mod readers;
mod reminders;
mod workflow;
