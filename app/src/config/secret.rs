//! The key that signs tokens.

use std::path::{Path, PathBuf};

use super::database::Database;
use crate::cli_error::CliError;
use crate::{private_file, random};

/// The minimum length of a key in bytes (RFC 7518, section 3.2).
const MIN_BYTES: usize = 32;

/// Source of the key.
pub enum JwtSecret {
    /// The operator set it.
    Given(Vec<u8>),
    /// Generated at the first start and kept beside the database.
    Kept,
}

impl JwtSecret {
    /// Takes the key itself or a file that holds it, not both.
    pub fn new(given: Option<Vec<u8>>, file: Option<PathBuf>) -> Result<Self, CliError> {
        let (source, secret) = match (given, file) {
            (Some(_), Some(_)) => {
                let both = "LEOPARD_JWT_SECRET and LEOPARD_JWT_SECRET_FILE are both set: set one";
                return Err(CliError(both.to_owned()));
            }
            (None, None) => return Ok(Self::Kept),
            (Some(secret), None) => ("LEOPARD_JWT_SECRET".to_owned(), secret),
            (None, Some(file)) => {
                let source = format!("the file of LEOPARD_JWT_SECRET_FILE, {},", file.display());
                (source, read(&file)?)
            }
        };
        if secret.len() < MIN_BYTES {
            let found = secret.len();
            return Err(CliError(format!(
                "{source} holds {found} bytes; at least {MIN_BYTES} are needed"
            )));
        }
        Ok(Self::Given(secret))
    }

    /// Refuses configurations for which [`JwtSecret::obtain`] must not generate a key. Call it before
    /// opening the database, which may create the file.
    pub fn check(&self, database: &Database) -> Result<(), CliError> {
        match (self, database) {
            // All nodes need the same key, and they share no folder.
            (Self::Kept, Database::Postgres(_)) => Err(CliError(
                "LEOPARD_JWT_SECRET is missing: with PostgreSQL, set it (or \
                 LEOPARD_JWT_SECRET_FILE) to at least 32 bytes, the same on every node"
                    .to_owned(),
            )),
            _ => self.check_database_is_there(database),
        }
    }

    /// Refuses a missing database file whose key is still there: an empty database would silently
    /// replace the lost one.
    pub fn check_database_is_there(&self, database: &Database) -> Result<(), CliError> {
        let (Some(secret), Database::Sqlite(file)) = (self.kept_at(database), database) else {
            return Ok(());
        };
        if !secret.exists() || file.exists() {
            return Ok(());
        }
        let (file, secret) = (file.display(), secret.display());
        Err(CliError(format!(
            "the database {file} is missing, but {secret} is there: it was deleted, renamed or not \
             mounted. Put it back or restore a backup; to begin with an empty database, remove \
             {secret} first"
        )))
    }

    /// Returns the key, and whether it is new, which invalidates all earlier tokens: generates and keeps one if
    /// there is none yet.
    pub fn obtain(&self, database: &Database) -> Result<(Vec<u8>, bool), CliError> {
        match (self, self.kept_at(database)) {
            (Self::Given(secret), _) => Ok((secret.clone(), false)),
            (Self::Kept, Some(path)) => keep(&path),
            (Self::Kept, None) => Ok((random::text(MIN_BYTES)?.into_bytes(), true)),
        }
    }

    /// The path of a generated key.
    pub fn kept_at(&self, database: &Database) -> Option<PathBuf> {
        match self {
            Self::Given(_) => None,
            Self::Kept => Some(database.folder()?.join("jwt-secret")),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path)
        .map_err(|error| CliError(format!("cannot read {}: {error}", path.display())))
}

/// Reads the key at this path; generates it if it is missing, and returns whether it did. Two processes
/// that start together get the same key: creating a hard link is atomic, and only the first succeeds.
fn keep(path: &Path) -> Result<(Vec<u8>, bool), CliError> {
    let is_new = !path.exists()
        && generate(path).map_err(|error| {
            CliError(format!("cannot keep a secret in {}: {error}", path.display()))
        })?;
    let bytes = read(path)?;
    if bytes.len() < MIN_BYTES {
        return Err(CliError(format!(
            "{} holds fewer than {MIN_BYTES} bytes; remove it to generate a new secret",
            path.display()
        )));
    }
    Ok((bytes, is_new))
}

/// Generates a key at this path; false if another process was faster.
fn generate(path: &Path) -> std::io::Result<bool> {
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let secret = random::text(2 * MIN_BYTES).map_err(|error| std::io::Error::other(error.0))?;
    private_file::write(&fresh, secret.as_bytes())?;
    let is_first = match std::fs::hard_link(&fresh, path) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => false,
        Err(error) => return Err(error),
    };
    std::fs::remove_file(&fresh)?;
    Ok(is_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secret_is_refused_and_not_shown() {
        let error = JwtSecret::new(Some(b"hunter2".to_vec()), None).err().unwrap().0;
        assert!(error.contains("LEOPARD_JWT_SECRET") && !error.contains("hunter2"));
        assert!(JwtSecret::new(Some(vec![b'x'; 32]), None).is_ok());
    }
}
