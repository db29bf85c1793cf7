//! What tokens are signed with.

use std::path::{Path, PathBuf};

use super::database::Database;
use crate::cli_error::CliError;
use crate::{private_file, random};

/// The fewest bytes of a secret (RFC 7518, section 3.2).
const LEAST: usize = 32;

/// Where the secret comes from.
pub enum JwtSecret {
    /// Somebody gave it.
    Given(Vec<u8>),
    /// Made at the first start and kept beside the database.
    Kept,
}

impl JwtSecret {
    /// The secret itself or a file that holds it, not both.
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
        if secret.len() < LEAST {
            let found = secret.len();
            return Err(CliError(format!(
                "{source} holds {found} bytes; at least {LEAST} are needed"
            )));
        }
        Ok(Self::Given(secret))
    }

    /// Refuses what [`JwtSecret::obtain`] could not do or should not: to be called before the
    /// database is opened, which may create it.
    pub fn check(&self, database: &Database) -> Result<(), CliError> {
        match (self, database) {
            // All nodes must have the same one, and there is no folder that they share.
            (Self::Kept, Database::Postgres(_)) => Err(CliError(
                "LEOPARD_JWT_SECRET is missing: with PostgreSQL, set it (or \
                 LEOPARD_JWT_SECRET_FILE) to at least 32 bytes, the same on every node"
                    .to_owned(),
            )),
            _ => self.check_database_is_there(database),
        }
    }

    /// Refuses a database file that is missing beside a secret that was kept with it: a new one would
    /// take its place in silence.
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

    /// The secret's bytes; generates and keeps them where there are none yet.
    pub fn obtain(&self, database: &Database) -> Result<ObtainedSecret, CliError> {
        match (self, self.kept_at(database)) {
            (Self::Given(secret), _) => Ok(ObtainedSecret::known(secret.clone())),
            (Self::Kept, Some(path)) => keep(&path),
            (Self::Kept, None) => Ok(ObtainedSecret {
                bytes: random::text(LEAST)?.into_bytes(),
                is_new: true,
            }),
        }
    }

    /// Where it is kept, if the program keeps it.
    pub fn kept_at(&self, database: &Database) -> Option<PathBuf> {
        match self {
            Self::Given(_) => None,
            Self::Kept => Some(database.folder()?.join("jwt-secret")),
        }
    }
}

/// What tokens are signed with.
pub struct ObtainedSecret {
    pub bytes: Vec<u8>,
    /// Whether it was generated just now, so that no token from before is valid.
    pub is_new: bool,
}

impl ObtainedSecret {
    fn known(bytes: Vec<u8>) -> Self {
        let is_new = false;
        Self { bytes, is_new }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path)
        .map_err(|error| CliError(format!("cannot read {}: {error}", path.display())))
}

/// The secret that is kept there, made if it is missing. Two processes that start together end
/// with the same one: a link, unlike a write, is all or nothing and only the first succeeds.
fn keep(path: &Path) -> Result<ObtainedSecret, CliError> {
    let is_new = !path.exists()
        && generate(path).map_err(|error| {
            CliError(format!(
                "cannot keep a secret in {}: {error}",
                path.display()
            ))
        })?;
    let bytes = read(path)?;
    if bytes.len() < LEAST {
        return Err(CliError(format!(
            "{} holds fewer than {LEAST} bytes; remove it to have a new secret made",
            path.display()
        )));
    }
    Ok(ObtainedSecret { bytes, is_new })
}

/// Generates a secret there; false where another process was faster.
fn generate(path: &Path) -> std::io::Result<bool> {
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let secret = random::text(2 * LEAST).map_err(|error| std::io::Error::other(error.0))?;
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
    fn a_short_secret_is_refused_without_being_shown() {
        let error = JwtSecret::new(Some(b"hunter2".to_vec()), None)
            .err()
            .unwrap()
            .0;
        assert!(error.contains("LEOPARD_JWT_SECRET") && !error.contains("hunter2"));
        assert!(JwtSecret::new(Some(vec![b'x'; 32]), None).is_ok());
    }
}
