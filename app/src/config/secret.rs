//! What tokens are signed with.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::database::Database;
use crate::complaint::Complaint;
use crate::random;

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
    pub fn new(given: Option<Vec<u8>>, file: Option<PathBuf>) -> Result<Self, Complaint> {
        let (source, secret) = match (given, file) {
            (Some(_), Some(_)) => {
                let both = "LEOPARD_JWT_SECRET and LEOPARD_JWT_SECRET_FILE are both set: set one";
                return Err(Complaint(both.to_owned()));
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
            return Err(Complaint(format!(
                "{source} holds {found} bytes; at least {LEAST} are needed"
            )));
        }
        Ok(Self::Given(secret))
    }

    /// The bytes; makes and keeps them where there are none yet.
    pub fn bytes(&self, database: &Database) -> Result<Vec<u8>, Complaint> {
        match (self, database, database.folder()) {
            (Self::Given(secret), _, _) => Ok(secret.clone()),
            (Self::Kept, _, Some(folder)) => keep(&folder.join("jwt-secret")),
            // All nodes must have the same one, and there is no folder that they share.
            (Self::Kept, Database::Postgres(_), None) => Err(Complaint(
                "LEOPARD_JWT_SECRET is missing: with PostgreSQL, set it (or \
                 LEOPARD_JWT_SECRET_FILE) to at least 32 bytes, the same on every node"
                    .to_owned(),
            )),
            (Self::Kept, _, None) => random::text(LEAST).map(String::into_bytes),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Complaint> {
    std::fs::read(path)
        .map_err(|error| Complaint(format!("cannot read {}: {error}", path.display())))
}

/// The secret that is kept there, made if it is missing. Two processes that start together end
/// with the same one: a link, unlike a write, is all or nothing and only the first succeeds.
fn keep(path: &Path) -> Result<Vec<u8>, Complaint> {
    if !path.exists() {
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        let made = write_private(&fresh, random::text(2 * LEAST)?.as_bytes())
            .and_then(|()| match std::fs::hard_link(&fresh, path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
                outcome => outcome,
            })
            .and_then(|()| std::fs::remove_file(&fresh));
        made.map_err(|error| {
            Complaint(format!(
                "cannot keep a secret in {}: {error}",
                path.display()
            ))
        })?;
    }
    let secret = read(path)?;
    if secret.len() < LEAST {
        return Err(Complaint(format!(
            "{} holds fewer than {LEAST} bytes; remove it to have a new secret made",
            path.display()
        )));
    }
    Ok(secret)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_refused_without_being_shown() {
        let complaint = JwtSecret::new(Some(b"hunter2".to_vec()), None)
            .err()
            .unwrap()
            .0;
        assert!(complaint.contains("LEOPARD_JWT_SECRET") && !complaint.contains("hunter2"));
        assert!(JwtSecret::new(Some(vec![b'x'; 32]), None).is_ok());
    }
}
