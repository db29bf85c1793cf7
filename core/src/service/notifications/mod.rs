//! Notifications: the inbox of a user, announcements of other systems, and reminders of due dates.

mod announcements;
mod inbox;
mod reminders;

pub use announcements::Announcements;
pub use inbox::{Inbox, InboxFilter};
pub use reminders::Reminders;
