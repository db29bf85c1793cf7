//! A fair lock for writers, between all processes that share one database file.
//!
//! `SQLite` alone lets a busy writer overtake waiting ones again and again. Here a writer takes the queue
//! lock, then the writer lock, and releases the queue lock. A writer that returns finds the queue lock
//! held by the one that waits, so no writer overtakes a waiting one twice. The operating system releases
//! both locks when their process ends.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use leopard_core::Failure;

use crate::sql::backend::database_file::DatabaseFile;

const MAX_WAIT: Duration = Duration::from_secs(10);
/// Pause between attempts at the writer lock, for which one process at a time waits.
const WRITER_PAUSE: Duration = Duration::from_millis(1);
/// The longest pause between attempts at the queue lock, for which many may wait.
const QUEUE_PAUSE: Duration = Duration::from_millis(8);

/// Admits one writer at a time.
#[derive(Debug)]
pub(in crate::sql) struct WriterLock {
    queue: File,
    writer: File,
    database: DatabaseFile,
}

/// The right to write, until dropped.
#[derive(Debug)]
pub(in crate::sql) struct WriterGuard<'a> {
    _writer: FileLock<'a>,
    database: &'a DatabaseFile,
}

impl WriterLock {
    /// The lock of this database file, made of two files beside it.
    pub(in crate::sql) fn beside(database: &Path) -> Result<Self, Failure> {
        Ok(Self {
            queue: open(database, "-queue")?,
            writer: open(database, "-writer")?,
            database: DatabaseFile::at(database)?,
        })
    }

    /// Waits until no one else writes, and blocks this thread meanwhile.
    ///
    /// # Errors
    /// [`Failure::Busy`] after 10 seconds; [`Failure::Unavailable`] if the database file was deleted or
    /// replaced: writes to it would be lost.
    pub(in crate::sql) fn acquire(&mut self) -> Result<WriterGuard<'_>, Failure> {
        self.database.verify()?;
        let until = Instant::now() + MAX_WAIT;
        let queue = FileLock::take(&self.queue, until, QUEUE_PAUSE)?;
        let writer = FileLock::take(&self.writer, until, WRITER_PAUSE)?;
        drop(queue);
        // It may have been replaced while others wrote.
        self.database.verify()?;
        Ok(WriterGuard { _writer: writer, database: &self.database })
    }
}

impl WriterGuard<'_> {
    /// Refuses if the database file was deleted or replaced.
    pub(in crate::sql) fn verify_file(&self) -> Result<(), Failure> {
        self.database.verify()
    }
}

/// A lock on a file, released on drop.
#[derive(Debug)]
struct FileLock<'a>(&'a File);

impl<'a> FileLock<'a> {
    /// Polls with growing pauses: a blocking wait would have no time limit.
    fn take(file: &'a File, until: Instant, longest: Duration) -> Result<Self, Failure> {
        let mut pause = WRITER_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(pause),
                Err(TryLockError::WouldBlock) => return Err(too_busy()),
                Err(TryLockError::Error(error)) => {
                    return Err(Failure::Unavailable(format!("locking: {error}")));
                }
            }
            pause = (pause * 2).min(longest);
        }
    }
}

impl Drop for FileLock<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "cannot release a lock file of the database");
        }
    }
}

fn too_busy() -> Failure {
    Failure::Busy("others have been writing for 10 seconds".to_owned())
}

fn open(database: &Path, suffix: &str) -> Result<File, Failure> {
    let mut path = OsString::from(database);
    path.push(suffix);
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(|error| Failure::Unavailable(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    /// The locks of several processes on one file.
    fn locks<const N: usize>() -> (TempDir, [WriterLock; N]) {
        let directory = tempfile::tempdir().unwrap();
        File::create(directory.path().join("store.db")).unwrap();
        let locks = std::array::from_fn(|_| {
            WriterLock::beside(&directory.path().join("store.db")).unwrap()
        });
        (directory, locks)
    }

    /// Waits until another process waits for the writer lock.
    fn until_another_waits(directory: &TempDir) {
        let queue = open(&directory.path().join("store.db"), "-queue").unwrap();
        while queue.try_lock().is_ok() {
            queue.unlock().unwrap();
            thread::yield_now();
        }
    }

    #[test]
    fn returning_writer_queues_behind_waiting_one() {
        let (directory, [mut host, mut guest]) = locks();
        let writes = AtomicUsize::new(0);
        thread::scope(|scope| {
            let first = host.acquire().unwrap();
            scope.spawn(|| {
                let _guard = guest.acquire().unwrap();
                assert_eq!(writes.fetch_add(1, Ordering::SeqCst), 0);
            });
            until_another_waits(&directory);
            drop(first);
            let _again = host.acquire().unwrap();
            assert_eq!(writes.fetch_add(1, Ordering::SeqCst), 1);
        });
    }

    #[test]
    fn waiting_writer_notices_replaced_file() {
        let (directory, [mut host, mut guest]) = locks();
        let file = directory.path().join("store.db");
        let first = host.acquire().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| assert!(guest.acquire().is_err()));
            until_another_waits(&directory);
            std::fs::rename(&file, file.with_extension("old")).unwrap();
            assert!(first.verify_file().is_err());
            drop(first);
        });
    }

    #[test]
    fn one_writer_is_admitted_at_a_time() {
        let (_directory, locks) = locks::<4>();
        let inside = AtomicUsize::new(0);
        thread::scope(|scope| {
            for mut writer_lock in locks {
                let inside = &inside;
                scope.spawn(move || {
                    for _ in 0..20 {
                        let _guard = writer_lock.acquire().unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
    }

    #[test]
    fn wait_for_busy_lock_ends_as_busy() {
        let (_directory, [mut host, guest]) = locks();
        let _guard = host.acquire().unwrap();
        let refused = FileLock::take(&guest.writer, Instant::now(), WRITER_PAUSE);
        assert_eq!(refused.map(drop), Err(too_busy()));
    }
}
