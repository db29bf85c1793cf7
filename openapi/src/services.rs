use std::sync::Arc;

use leopard_core::port::Clock;
use leopard_core::service::accounts::Accounts;
use leopard_core::service::notifications::{Announcements, Inbox};
use leopard_core::service::tasks::Tasks;
use leopard_core::stream::Streams;

use crate::health::HealthProbe;

/// The services that the API calls.
#[derive(Clone)]
pub struct Services {
    /// Users, sessions and tokens.
    pub accounts: Accounts,
    /// Tasks.
    pub tasks: Tasks,
    /// Notifications of other systems.
    pub announcements: Announcements,
    /// The inbox of each user.
    pub inbox: Inbox,
    /// Open streams.
    pub streams: Streams,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// The health of the server.
    pub health: Arc<dyn HealthProbe>,
}
