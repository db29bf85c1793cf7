//! The lock of an SQLite file: only one server may use it, because streams of a second one would learn of changes
//! too late.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::cli_error::CliError;
use crate::config::Database;

/// Locks the database against other servers while the result is held.
///
/// # Errors
/// If another server holds the lock; the message ends with `rule`.
pub fn hold(database: &Database, rule: &str) -> Result<Option<File>, CliError> {
    let Some(path) = database.canonical_file()? else {
        return Ok(None);
    };
    let mut lock = path.clone().into_os_string();
    lock.push(".lock");
    let lock = Path::new(&lock);
    let fault = |error| CliError(format!("cannot lock {}: {error}", lock.display()));
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(lock)
        .map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            Err(CliError(format!("another leopard already serves {}: {rule}", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}
