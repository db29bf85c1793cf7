//! Where data is kept while it is measured: on a disk that is waited for.

use leopard_tests::support::postgres::Server;
use tempfile::TempDir;

/// Gives empty databases; they are removed when this is dropped.
pub enum Databases {
    /// Files in this folder.
    Sqlite(TempDir),
    /// On this server.
    Postgres(Server),
}

impl Databases {
    /// Files of `SQLite`.
    pub fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().expect("a temporary directory"))
    }

    /// Those of a `PostgreSQL` server of their own.
    pub async fn postgres() -> Self {
        Self::Postgres(Server::start_durable().await)
    }

    /// What they are called in the table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The URL of a new one.
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

    /// The same for those who fill it with what is only looked for later: they need not wait for the
    /// disk.
    pub fn hasty(&self, url: &str) -> String {
        match self {
            Self::Sqlite(_) => url.to_owned(),
            Self::Postgres(_) => format!("{url}&options=-csynchronous_commit%3Doff"),
        }
    }
}
