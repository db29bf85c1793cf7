//! PostgreSQL's own `LISTEN` and `NOTIFY`, on connections of their own.
//!
//! Never in the transaction that writes: transactions that notify commit one after the other. All
//! nodes on a database hear everybody's updates.

mod payloads;
mod receiver;
mod sender;
mod transport;

use std::sync::Arc;

use leopard_core::Failure;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;

use super::local::Hub;
use super::relay::Relay;
use transport::Postgres;

/// Nobody waits for the disk: an update that a crash takes along is no loss.
const HASTY: (&str, &str) = ("synchronous_commit", "off");

/// A relay through the database of this URL, between the nodes that use it. The URL may hold a
/// password, so nothing repeats it.
pub fn relay(hub: Arc<Hub>, url: &str) -> Result<Relay, Failure> {
    let options: PgConnectOptions = url.parse().map_err(|_| {
        Failure::Unavailable("the URL of the PostgreSQL database cannot be understood".to_owned())
    })?;
    let options = options
        .application_name("leopard updates")
        .options([HASTY])
        .disable_statement_logging();
    Ok(Relay::new(hub, Postgres { options }))
}
