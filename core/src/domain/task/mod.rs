//! Tasks: their data, edits, comments, mentions and reminders.

mod comment;
mod edit;
pub mod filter;
pub mod mention;
mod priority;
mod reader;
mod reminder;
#[cfg(test)]
mod reminder_properties;
mod status;
#[expect(clippy::module_inception, reason = "the area bears the name of its main type")]
mod task;
mod version;

pub use comment::{Comment, CommentText, MentionEffect, NewComment};
pub use edit::TaskEdit;
pub use priority::Priority;
pub use reader::{Reader, ReadingReason};
pub use reminder::{
    DueScan, DueTask, Reminder, ReminderChange, ReminderToSend, RemindersStored, SentReminder,
};
pub use status::Status;
pub use task::{Detail, LinkedEntity, NewTask, Tags, Task, TaskDetails, TaskScope, Title};
pub use version::ExpectedVersion;
