//! Redis, or a compatible server: publish and subscribe, without stored data.
//!
//! There is a channel per user, so that a node receives updates only of users who have a stream there, and one
//! for all nodes.

mod channels;
mod receiver;
mod sender;
mod subscriptions;
mod target;
mod transport;

use std::sync::Arc;

use leopard_core::Failure;

use super::local::Hub;
use super::relay::Relay;
use channels::Channels;
use transport::Redis;

pub use target::Target;

/// Creates a relay through this Redis, between the nodes with the same secret.
///
/// # Errors
///
/// [`Failure::Internal`] if the secret is unusable.
pub fn relay(hub: Arc<Hub>, target: Target, secret: &[u8]) -> Result<Relay, Failure> {
    let channels = Channels::of(secret)?;
    Ok(Relay::new(hub, Redis { target, channels }))
}
