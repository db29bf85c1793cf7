//! How a database is reached: the connections of a store, in separate pools for separate work.

pub(super) mod database_file;
pub(super) mod error;
mod interrupt;
mod leases;
pub(super) mod long_transaction;
pub(super) mod page;
mod pool;
pub(in crate::sql) mod postgres;
pub(in crate::sql) mod searches;
pub(in crate::sql) mod sqlite;
pub(in crate::sql) mod user_permits;

use leopard_core::Failure;
use sea_orm::DatabaseConnection;

use self::error::failure;
use self::searches::Searches;
use crate::sql::commit::writer::Writer;
pub(in crate::sql) use interrupt::Interrupt;
pub(in crate::sql) use leases::Leases;
pub(in crate::sql) use pool::{Pool, Snapshot};

/// The connections of a store. What is long in one pool holds up nothing in another.
#[derive(Debug)]
pub(in crate::sql) struct Connections {
    /// Short reads that everything depends on: users, logins, keys, what the log gained.
    pub(in crate::sql) lookups: Pool,
    /// Lists, and all other reads.
    pub(in crate::sql) readers: Pool,
    /// Searches through texts.
    pub(in crate::sql) searches: Searches,
    /// What stores changes.
    pub(in crate::sql) writer: Writer,
    /// For the steps of the schema; what writes, where one connection alone may write.
    pub(in crate::sql) schema: DatabaseConnection,
}

impl Connections {
    /// Opens the database that the URL names.
    pub(in crate::sql) async fn open(url: &str) -> Result<Self, Failure> {
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
    pub(in crate::sql) async fn close(&self) -> Result<(), Failure> {
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
