//! How a database is reached: the connections of a store, in separate pools for separate work.

mod interrupt;
mod leases;
mod pool;
pub(super) mod postgres;
pub(super) mod sqlite;

use leopard_core::Failure;
use sea_orm::DatabaseConnection;

use super::failure::failure;
use super::search::Searches;
use super::writer::Writer;
pub(super) use interrupt::Interrupt;
pub(super) use leases::Leases;
pub(super) use pool::{Pool, Snapshot};

/// The connections of a store. What is long in one pool holds up nothing in another.
#[derive(Debug)]
pub(super) struct Connections {
    /// Short reads that everything depends on: users, logins, keys, what the log gained.
    pub(super) lookups: Pool,
    /// Lists, and all other reads.
    pub(super) readers: Pool,
    /// Searches through texts.
    pub(super) searches: Searches,
    /// What stores changes.
    pub(super) writer: Writer,
    /// For the steps of the schema; what writes, where one connection alone may write.
    pub(super) schema: DatabaseConnection,
}

impl Connections {
    /// Opens the database that the URL names.
    pub(super) async fn open(url: &str) -> Result<Self, Failure> {
        if url.starts_with("sqlite:") {
            let sqlite::Connections {
                lookups,
                readers,
                searches,
                writer,
                writer_lock,
            } = sqlite::open(url).await?;
            Ok(Self {
                lookups: Pool::Sqlite(lookups),
                readers: Pool::Sqlite(readers),
                searches: Searches::interrupting(searches),
                writer: Writer::one_by_one(writer.clone(), writer_lock),
                schema: writer,
            })
        } else if postgres::is_meant_by(url) {
            let pools = postgres::open(url).await?;
            Ok(Self {
                searches: Searches::cancelling(pools.searches, pools.lookups.clone()),
                lookups: pools.lookups,
                readers: pools.readers,
                writer: Writer::side_by_side(pools.writers),
                schema: pools.schema,
            })
        } else {
            Err(Failure::Unavailable(
                "the database's URL must begin with sqlite: or postgres:".to_owned(),
            ))
        }
    }

    /// Closes all of them.
    pub(super) async fn close(&self) -> Result<(), Failure> {
        tokio::join!(
            self.lookups.close(),
            self.readers.close(),
            self.searches.close(),
            self.writer.close(),
        );
        // The last one out empties SQLite's write-ahead log, which a reader may not.
        self.schema.close_by_ref().await.map_err(failure)
    }
}
