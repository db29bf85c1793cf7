//! One SQLite file has one server: streams of another would not hear at once what this one writes.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::cli_error::CliError;
use crate::config::Database;

/// Makes sure that no other server uses the database, as long as the answer is held; `rule` is
/// told where one does.
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
        Err(TryLockError::WouldBlock) => Err(CliError(format!(
            "another leopard serves {} already: {rule}",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}
