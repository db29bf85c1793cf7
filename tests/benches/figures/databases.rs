//! The databases of measurements, durable on disk.

use leopard_tests::support::postgres::Server;
use rustix::process::Pid;
use tempfile::TempDir;

/// A source of empty databases, which removes them when dropped.
pub enum Databases {
    /// Files in this folder.
    Sqlite(TempDir),
    /// On this server.
    Postgres(Server),
}

impl Databases {
    pub fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().expect("a temporary directory"))
    }

    pub async fn postgres() -> Self {
        Self::Postgres(Server::start_durable().await)
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The first process of the server.
    pub fn process(&self) -> Option<Pid> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(server) => server.postmaster(),
        }
    }

    pub async fn new_url(&self) -> String {
        match self {
            Self::Sqlite(folder) => {
                let own = TempDir::new_in(folder).expect("a temporary directory");
                // It goes with the folder.
                format!("sqlite://{}", own.keep().join("leopard.db").display())
            }
            Self::Postgres(server) => server.new_database().await,
        }
    }

    /// The URL for connections that fill a database without waiting for the disk.
    pub fn unsafe_url(&self, url: &str) -> String {
        match self {
            Self::Sqlite(_) => url.to_owned(),
            Self::Postgres(_) => format!("{url}&options=-csynchronous_commit%3Doff"),
        }
    }
}
