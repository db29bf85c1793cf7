//! The connections of a store: some that read, one that writes.

use leopard_core::Failure;
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};

use super::entrance::Entrance;
use super::failure::failure;
use super::sqlite;

/// What a database is reached through.
#[derive(Debug)]
pub(super) struct Connections {
    /// A pool that only reads.
    pub(super) readers: DatabaseConnection,
    /// The one that writes.
    pub(super) writer: DatabaseConnection,
    /// Where changes wait for their turn.
    pub(super) entrance: Entrance,
}

/// Opens the database that the URL names.
pub(super) async fn open(url: &str) -> Result<Connections, Failure> {
    if url.starts_with("sqlite:") {
        sqlite::open(url).await
    } else {
        Err(Failure::Unavailable(
            "the database's URL must begin with sqlite:".to_owned(),
        ))
    }
}

/// One moment of the database, for reads that must fit together. It ends by being dropped:
/// there is nothing to keep.
pub(super) async fn moment(readers: &DatabaseConnection) -> Result<DatabaseTransaction, Failure> {
    readers.begin().await.map_err(failure)
}
