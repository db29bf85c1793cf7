//! The inbox: a user's own notifications.

mod browse;
mod change;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use browse::InboxFilter;

use crate::port::{Clock, NotificationPublisher, NotificationRepository};

/// The service of inboxes, and the ports that it uses. Every method fails with
/// [`Failure::Unavailable`](crate::Failure::Unavailable) if the store cannot be reached.
#[derive(Clone)]
pub struct Inbox {
    pub notifications: Arc<dyn NotificationRepository>,
    pub publisher: Arc<dyn NotificationPublisher>,
    pub clock: Arc<dyn Clock>,
}
