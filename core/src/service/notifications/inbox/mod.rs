//! A user's own notifications.

mod browse;
mod change;
mod edit;
mod overdue;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use browse::InboxFilter;

use crate::port::{Clock, NotificationPublisher, NotificationRepository};

/// What the use cases of the inbox need.
#[derive(Clone)]
pub struct Inbox {
    /// Keeps the mailboxes.
    pub notifications: Arc<dyn NotificationRepository>,
    /// Notifies open streams.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Reads the clock.
    pub clock: Arc<dyn Clock>,
}
