//! Notifications: inboxes, announcements and reminders.

mod announcements;
mod inbox;
mod reminders;

pub use announcements::Announcements;
pub use inbox::{Inbox, InboxFilter};
pub use reminders::Reminders;
