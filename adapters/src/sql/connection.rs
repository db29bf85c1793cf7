//! The connections of a store: those that read, and what writes.

use leopard_core::Failure;
use sea_orm::{
    AccessMode, DatabaseBackend, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    TransactionTrait,
};

use super::failure::failure;
use super::writer::Writer;
use super::{postgres, sqlite};

/// What a database is reached through.
#[derive(Debug)]
pub(super) struct Connections {
    /// A pool to read with.
    pub(super) readers: DatabaseConnection,
    /// What stores changes.
    pub(super) writer: Writer,
}

/// Opens the database that the URL names.
pub(super) async fn open(url: &str) -> Result<Connections, Failure> {
    if url.starts_with("sqlite:") {
        let (readers, writer, entrance) = sqlite::open(url).await?;
        let writer = Writer::one_by_one(writer, entrance);
        Ok(Connections { readers, writer })
    } else if postgres::is_meant_by(url) {
        let (readers, writers) = postgres::open(url).await?;
        let writer = Writer::side_by_side(writers);
        Ok(Connections { readers, writer })
    } else {
        Err(Failure::Unavailable(
            "the database's URL must begin with sqlite: or postgres:".to_owned(),
        ))
    }
}

/// One moment of the database, for reads that must fit together. It ends by being dropped:
/// there is nothing to keep.
pub(super) async fn moment(readers: &DatabaseConnection) -> Result<DatabaseTransaction, Failure> {
    // In SQLite every transaction is one moment, and its readers only read.
    let (isolation, access) = match readers.get_database_backend() {
        DatabaseBackend::Postgres => (
            Some(IsolationLevel::RepeatableRead),
            Some(AccessMode::ReadOnly),
        ),
        _ => (None, None),
    };
    // Who waits for it may leave. A connection on which a transaction had been asked for, and nobody
    // waited for the answer, would go back to the others with that transaction open.
    let readers = readers.clone();
    #[allow(clippy::disallowed_methods)] // it ends with the transaction's beginning
    let begun = tokio::spawn(async move { readers.begin_with_config(isolation, access).await });
    let ended = |error| Failure::Internal(format!("a read did not begin: {error}"));
    begun.await.map_err(ended)?.map_err(failure)
}
