//! Where data is kept.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::cli_error::CliError;

/// Where data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In this file.
    Sqlite(PathBuf),
    /// In the PostgreSQL database of this URL.
    Postgres(PostgresUrl),
    /// Nowhere.
    Memory,
}

/// Where a PostgreSQL database is reached; it may hold a password, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(pub String);

impl PostgresUrl {
    /// Whether other users must not see it.
    fn holds_password(&self) -> bool {
        let (_, rest) = self.0.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let person = authority.rsplit_once('@').map(|(person, _)| person);
        person.is_some_and(|person| person.contains(':')) || rest.contains("password=")
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresUrl(…)")
    }
}

impl Database {
    /// Understands `sqlite://FILE` (or `sqlite:FILE`), `postgres://…` and `memory:`.
    pub fn parse(url: &str) -> Result<Self, CliError> {
        if url == "memory:" {
            return Ok(Self::Memory);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(url.to_owned())));
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"));
        match path {
            Some(":memory:") => Ok(Self::Memory),
            Some(path) if !path.is_empty() && !path.contains('?') => Ok(Self::Sqlite(path.into())),
            // The URL itself may hold a password.
            _ => Err(CliError(
                "DATABASE_URL is neither sqlite://FILE (without options), postgres://… nor memory:"
                    .to_owned(),
            )),
        }
    }

    /// Refuses a password that stands on a command line, where other users can read it.
    pub fn must_not_be_secret(&self) -> Result<(), CliError> {
        match self {
            Self::Postgres(url) if url.holds_password() => Err(CliError(
                "--database-url holds a password, and others can read command lines: set \
                 DATABASE_URL in the environment or in leopard.toml"
                    .to_owned(),
            )),
            Self::Sqlite(_) | Self::Postgres(_) | Self::Memory => Ok(()),
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) | Self::Memory => None,
        }
    }

    /// The folder of the file.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                _ => Path::new("."),
            }),
            Self::Postgres(_) | Self::Memory => None,
        }
    }

    /// The one path of the file, whatever links lead to it; the folder must be there.
    pub fn canonical_file(&self) -> Result<Option<PathBuf>, CliError> {
        let (Self::Sqlite(path), Some(folder)) = (self, self.folder()) else {
            return Ok(None);
        };
        let canonical = match path.canonicalize() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => folder
                .canonicalize()
                .map(|folder| folder.join(path.file_name().unwrap_or_default())),
            found => found,
        };
        canonical
            .map(Some)
            .map_err(|error| CliError(format!("cannot find {}: {error}", path.display())))
    }

    /// Refuses a file that is missing: whoever asks for it is in the wrong folder.
    pub fn must_exist(&self) -> Result<(), CliError> {
        match self {
            Self::Sqlite(path) if !path.exists() => Err(CliError(format!(
                "there is no {}: run this in the folder of the server, or set DATABASE_URL",
                path.display()
            ))),
            Self::Sqlite(_) | Self::Postgres(_) | Self::Memory => Ok(()),
        }
    }

    /// Makes the folder if it is missing; only its owner may look into it.
    pub fn make_folder(&self) -> Result<(), CliError> {
        use std::os::unix::fs::DirBuilderExt;

        let Some(folder) = self.folder() else {
            return Ok(());
        };
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| CliError(format!("cannot make {}: {error}", folder.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_a_file_are_understood() {
        for url in ["sqlite://data/x.db", "sqlite:data/x.db"] {
            let database = Database::parse(url).unwrap();
            assert_eq!(database.folder(), Some(Path::new("data")), "{url}");
        }
        assert_eq!(
            Database::parse("sqlite:x.db").unwrap().folder(),
            Some(Path::new("."))
        );
        assert_eq!(
            Database::parse("sqlite:///var/x.db").unwrap().folder(),
            Some(Path::new("/var"))
        );
    }

    #[test]
    fn the_url_of_a_server_is_taken_but_not_shown() {
        for url in [
            "postgres://me:hunter2@host/x",
            "postgresql://me:hunter2@host/x",
        ] {
            let database = Database::parse(url).unwrap();
            assert_eq!(database, Database::Postgres(PostgresUrl(url.to_owned())));
            assert!(!format!("{database:?}").contains("hunter2"));
            assert!(database.must_not_be_secret().is_err(), "{url}");
        }
        let in_query = Database::parse("postgres://host/x?password=hunter2").unwrap();
        assert!(in_query.must_not_be_secret().is_err());
        for harmless in ["postgres://me@host:5432/x", "postgres://host:5432/a@b:c"] {
            let database = Database::parse(harmless).unwrap();
            assert_eq!(database.must_not_be_secret(), Ok(()), "{harmless}");
        }
    }

    #[test]
    fn a_url_that_is_refused_is_not_repeated() {
        let error = Database::parse("mysql://me:hunter2@host/x").unwrap_err().0;
        assert!(error.contains("DATABASE_URL") && !error.contains("hunter2"));
    }
}
