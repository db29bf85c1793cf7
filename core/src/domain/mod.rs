//! The rules, as plain values.

pub mod access;
pub mod announcement;
pub mod change;
pub mod client;
pub mod comment;
pub mod email;
pub mod field;
pub mod id;
pub mod idempotency;
pub mod last_minute;
pub mod login;
pub mod mailbox;
pub mod mention;
pub mod moment;
pub mod news;
pub mod notification;
pub mod opaque_object;
pub mod page;
pub mod password;
pub mod preferences;
pub mod priority;
pub mod profile;
pub mod reminder;
#[cfg(test)]
mod reminder_properties;
pub mod search;
pub mod session;
pub mod status;
pub mod task;
pub mod task_edit;
pub mod task_filter;
pub mod text;
pub mod token;
pub mod transition;
pub mod user;
pub mod user_edit;
pub mod version;
