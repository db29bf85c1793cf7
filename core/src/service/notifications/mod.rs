//! Notifications: inboxes, announcements and reminders.

mod announcements;
mod definitions;
mod inbox;
mod reminders;

pub use announcements::Announcements;
pub use definitions::NotificationTypes;
pub use inbox::{Inbox, InboxFilter};
pub use reminders::Reminders;
