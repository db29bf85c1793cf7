//! `LISTEN` and `NOTIFY` of PostgreSQL, on separate connections.
//!
//! Never in the transaction that writes, because transactions that notify commit one at a time. Every node of a
//! database receives the updates of all users.

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

/// Does not wait for the disk: a crash may lose an update.
const ASYNCHRONOUS_COMMIT: (&str, &str) = ("synchronous_commit", "off");

/// Creates a relay through a database, between the nodes that use it. No error repeats the URL, which may hold
/// a password.
///
/// # Errors
///
/// [`Failure::Unavailable`] if the URL is invalid.
pub fn relay(hub: Arc<Hub>, url: &str) -> Result<Relay, Failure> {
    let options: PgConnectOptions = url.parse().map_err(|_| {
        Failure::Unavailable("the URL of the PostgreSQL database is invalid".to_owned())
    })?;
    let options = options
        .application_name("leopard updates")
        .options([ASYNCHRONOUS_COMMIT])
        .disable_statement_logging();
    Ok(Relay::new(hub, Postgres { options }))
}
