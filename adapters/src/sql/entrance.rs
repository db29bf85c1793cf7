//! Who writes next, among all the processes that share one database file.
//!
//! `SQLite` alone lets a busy writer pass the waiting ones again and again. Here everybody first
//! takes the queue's lock and, holding it, waits for the writer's lock; then the queue's is given
//! up. A writer that comes back finds the queue's lock held by the one who waited meanwhile, so
//! nobody passes twice while somebody waits. Both locks end with the process that holds them.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use leopard_core::Failure;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout_at};

/// How long a change waits for its turn before the database counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon a lock is tried again; only one process at a time waits for the writer's.
const WRITER_PAUSE: Duration = Duration::from_millis(1);
/// The longest pause of those who wait for the queue's lock, who may be many.
const QUEUE_PAUSE: Duration = Duration::from_millis(8);

/// Lets in one writer at a time.
#[derive(Debug)]
pub(super) struct Entrance {
    here: Mutex<()>,
    queue: File,
    writer: File,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    // Given up before `_here`, so that the next one of this process finds it free.
    _writer: Held<'a>,
    _here: MutexGuard<'a, ()>,
}

impl Entrance {
    /// The entrance to the database in this file; its locks are files beside it.
    pub(super) fn beside(database: &Path) -> Result<Self, Failure> {
        Ok(Self {
            here: Mutex::new(()),
            queue: open(database, "-queue")?,
            writer: open(database, "-writer")?,
        })
    }

    /// Waits until nobody else writes, or 10 seconds.
    pub(super) async fn enter(&self) -> Result<Turn<'_>, Failure> {
        let until = Instant::now() + PATIENCE;
        let here = timeout_at(until, self.here.lock())
            .await
            .map_err(|_| too_busy())?;
        let queue = Held::take(&self.queue, until, QUEUE_PAUSE).await?;
        let writer = Held::take(&self.writer, until, WRITER_PAUSE).await?;
        drop(queue);
        Ok(Turn {
            _writer: writer,
            _here: here,
        })
    }
}

/// A file's lock, until it is dropped.
#[derive(Debug)]
struct Held<'a>(&'a File);

impl<'a> Held<'a> {
    /// Tries again and again: a blocking wait would cost a thread that nothing could end.
    async fn take(file: &'a File, until: Instant, longest: Duration) -> Result<Self, Failure> {
        let mut pause = WRITER_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(pause).await,
                Err(TryLockError::WouldBlock) => return Err(too_busy()),
                Err(TryLockError::Error(error)) => {
                    return Err(Failure::Unavailable(format!("locking: {error}")));
                }
            }
            pause = (pause * 2).min(longest);
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "a lock beside the database could not be given up");
        }
    }
}

fn too_busy() -> Failure {
    Failure::Unavailable("others have been writing for 10 seconds".to_owned())
}

fn open(database: &Path, suffix: &str) -> Result<File, Failure> {
    let mut path = OsString::from(database);
    path.push(suffix);
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| Failure::Unavailable(format!("{}: {error}", path.display())))
}
