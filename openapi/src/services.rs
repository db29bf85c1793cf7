use std::sync::Arc;

use leopard_core::port::Clock;
use leopard_core::service::accounts::Accounts;
use leopard_core::service::notifications::{Announcements, Inbox};
use leopard_core::service::tasks::Tasks;
use leopard_core::stream::Streams;

use crate::health::HealthProbe;

/// What the API calls.
#[derive(Clone)]
pub struct Services {
    /// Users, logins and tokens.
    pub accounts: Accounts,
    /// Tasks.
    pub tasks: Tasks,
    /// What other systems have users told.
    pub announcements: Announcements,
    /// The caller's notifications.
    pub inbox: Inbox,
    /// Open streams.
    pub streams: Streams,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Knows how the server is.
    pub health: Arc<dyn HealthProbe>,
}
