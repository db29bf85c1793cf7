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
    pub accounts: Accounts,
    pub tasks: Tasks,
    /// Notifications of other systems.
    pub announcements: Announcements,
    pub inbox: Inbox,
    pub streams: Streams,
    pub clock: Arc<dyn Clock>,
    pub health: Arc<dyn HealthProbe>,
}
