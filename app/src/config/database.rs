//! The database of a configuration.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::cli_error::CliError;

/// Where data is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In this `SQLite` file.
    Sqlite(PathBuf),
    /// In the PostgreSQL database of this URL.
    Postgres(SecretUrl),
    /// In memory: nothing outlives the process.
    Memory,
}

/// The URL of a server. It may hold a password, so it has no readable `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(pub String);

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(…)")
    }
}

impl Database {
    /// Parses `sqlite://FILE` (or `sqlite:FILE`), `postgres://…` and `memory:`.
    pub fn parse(url: &str) -> Option<Self> {
        if matches!(url, "memory:" | "sqlite::memory:" | "sqlite://:memory:") {
            return Some(Self::Memory);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Self::Postgres(SecretUrl(url.to_owned())));
        }
        let path = url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.is_empty() && !path.contains('?')).then(|| Self::Sqlite(path.into()))
    }

    /// The name of the kind, without path or URL.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
            Self::Memory => "memory",
        }
    }

    pub fn holds_password(&self) -> bool {
        let Self::Postgres(SecretUrl(url)) = self else { return false };
        let (_, rest) = url.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':')) || rest.contains("password=")
    }

    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) | Self::Memory => None,
        }
    }

    /// The URL of an SQL database.
    pub fn sql_url(&self) -> Option<String> {
        match self {
            Self::Sqlite(path) => Some(format!("sqlite://{}", path.display())),
            Self::Postgres(url) => Some(url.0.clone()),
            Self::Memory => None,
        }
    }

    /// The folder of the `SQLite` file.
    pub fn folder(&self) -> Option<&Path> {
        let folder = self.file()?.parent();
        Some(folder.filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))
    }

    /// The path of the `SQLite` file with links resolved; the folder must exist, the file need not.
    pub fn canonical_file(&self) -> Result<Option<PathBuf>, CliError> {
        let (Some(path), Some(folder)) = (self.file(), self.folder()) else {
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

    /// Refuses a missing `SQLite` file: the command was probably started in the wrong folder.
    pub fn must_exist(&self) -> Result<(), CliError> {
        match self.file() {
            Some(path) if !path.exists() => Err(CliError(format!(
                "there is no {}: run this in the folder of the server, or set DATABASE_URL",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Creates the folder of the `SQLite` file if it is missing, accessible to its owner only.
    pub fn create_folder(&self) -> Result<(), CliError> {
        use std::os::unix::fs::DirBuilderExt;

        let Some(folder) = self.folder() else {
            return Ok(());
        };
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| CliError(format!("cannot create {}: {error}", folder.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_url_has_two_forms() {
        for (url, folder) in [
            ("sqlite://data/x.db", "data"),
            ("sqlite:data/x.db", "data"),
            ("sqlite:x.db", "."),
            ("sqlite:///var/x.db", "/var"),
        ] {
            let database = Database::parse(url).unwrap();
            assert_eq!(database.folder(), Some(Path::new(folder)), "{url}");
        }
        for wrong in ["sqlite:", "sqlite://x.db?mode=ro", "mysql://host/x", ""] {
            assert_eq!(Database::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn postgres_password_is_detected_and_hidden() {
        for (url, expected) in [
            ("postgres://me:hunter2@host/x", true),
            ("postgresql://me:hunter2@host/x", true),
            ("postgres://host/x?password=hunter2", true),
            ("postgres://me@host:5432/x", false),
            ("postgres://host:5432/a@b:c", false),
        ] {
            let database = Database::parse(url).unwrap();
            assert_eq!(database, Database::Postgres(SecretUrl(url.to_owned())));
            assert_eq!(database.holds_password(), expected, "{url}");
            assert!(!format!("{database:?}").contains("hunter2"));
        }
    }
}
