//! Redis, or what speaks like it: publish and subscribe, and nothing that is stored.
//!
//! A channel for each user, so that a node hears of nobody who has no stream there, and one for all
//! nodes.

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

/// A relay through this Redis, between the nodes that know the same secret.
pub fn relay(hub: Arc<Hub>, target: Target, secret: &[u8]) -> Result<Relay, Failure> {
    let channels = Channels::of(secret)?;
    Ok(Relay::new(hub, Redis { target, channels }))
}
