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
use std::time::Duration;

use leopard_core::Failure;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout_at};

use crate::sql::backend::database_file::DatabaseFile;

const MAX_WAIT: Duration = Duration::from_secs(10);
/// Pause between attempts at the writer lock, for which one process at a time waits.
const WRITER_PAUSE: Duration = Duration::from_millis(1);
/// The longest pause between attempts at the queue lock, for which many may wait.
const QUEUE_PAUSE: Duration = Duration::from_millis(8);

/// Admits one writer at a time.
#[derive(Debug)]
pub(in crate::sql) struct WriterLock {
    here: Mutex<()>,
    queue: File,
    writer: File,
    database: DatabaseFile,
}

/// The right to write, until dropped.
#[derive(Debug)]
pub(in crate::sql) struct WriterGuard<'a> {
    // Released before `_here`, so that the next writer of this process finds it free.
    _writer: FileLock<'a>,
    _here: MutexGuard<'a, ()>,
}

impl WriterLock {
    /// The lock of this database file, made of two files beside it.
    pub(in crate::sql) fn beside(database: &Path) -> Result<Self, Failure> {
        Ok(Self {
            here: Mutex::new(()),
            queue: open(database, "-queue")?,
            writer: open(database, "-writer")?,
            database: DatabaseFile::at(database)?,
        })
    }

    /// Waits until no one else writes.
    ///
    /// # Errors
    /// [`Failure::Busy`] after 10 seconds; [`Failure::Unavailable`] if the database file was deleted or
    /// replaced: writes to it would be lost.
    pub(in crate::sql) async fn acquire(&self) -> Result<WriterGuard<'_>, Failure> {
        self.database.verify()?;
        let until = Instant::now() + MAX_WAIT;
        let here = timeout_at(until, self.here.lock()).await.map_err(|_| too_busy())?;
        let queue = FileLock::take(&self.queue, until, QUEUE_PAUSE).await?;
        let writer = FileLock::take(&self.writer, until, WRITER_PAUSE).await?;
        drop(queue);
        // It may have been replaced while others wrote.
        self.database.verify()?;
        Ok(WriterGuard { _writer: writer, _here: here })
    }

    /// Refuses if the database file was deleted or replaced.
    pub(in crate::sql) fn verify_file(&self) -> Result<(), Failure> {
        self.database.verify()
    }
}

/// A lock on a file, released on drop.
#[derive(Debug)]
struct FileLock<'a>(&'a File);

impl<'a> FileLock<'a> {
    /// Polls with growing pauses: a blocking wait would occupy a thread and could not be cancelled.
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tempfile::TempDir;

    use super::*;

    /// The locks of two processes on one file.
    fn two() -> (TempDir, Arc<WriterLock>, Arc<WriterLock>) {
        let directory = tempfile::tempdir().unwrap();
        File::create(directory.path().join("store.db")).unwrap();
        let writer_lock = || WriterLock::beside(&directory.path().join("store.db")).unwrap();
        let (host, guest) = (Arc::new(writer_lock()), Arc::new(writer_lock()));
        (directory, host, guest)
    }

    fn has_waiting_writer(beside: &WriterLock) -> bool {
        let free = beside.queue.try_lock().is_ok();
        if free {
            beside.queue.unlock().unwrap();
        }
        !free
    }

    async fn until(condition: impl Fn() -> bool) {
        while !condition() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn returning_writer_queues_behind_waiting_one() {
        let (_directory, host, guest) = two();
        let writes = AtomicUsize::new(0);
        let first = host.acquire().await.unwrap();
        let guest_waits = async {
            let guard = guest.acquire().await.unwrap();
            assert_eq!(writes.fetch_add(1, Ordering::SeqCst), 0);
            drop(guard);
        };
        let host_comes_back = async {
            until(|| has_waiting_writer(&host)).await;
            drop(first);
            let _again = host.acquire().await.unwrap();
            assert_eq!(writes.fetch_add(1, Ordering::SeqCst), 1);
        };
        tokio::join!(guest_waits, host_comes_back);
    }

    #[tokio::test]
    async fn waiting_writer_notices_replaced_file() {
        let (directory, host, guest) = two();
        let file = directory.path().join("store.db");
        let first = host.acquire().await.unwrap();
        let guest_waits = async { assert!(guest.acquire().await.is_err()) };
        let file_goes_away = async {
            until(|| has_waiting_writer(&host)).await;
            std::fs::rename(&file, file.with_extension("old")).unwrap();
            assert!(host.verify_file().is_err());
            drop(first);
        };
        tokio::join!(guest_waits, file_goes_away);
    }

    #[tokio::test]
    async fn one_writer_is_admitted_at_a_time() {
        let (_directory, host, guest) = two();
        let inside = Arc::new(AtomicUsize::new(0));
        let mut writers = tokio::task::JoinSet::new();
        for writer_lock in [&host, &guest, &host, &guest] {
            let (writer_lock, inside) = (Arc::clone(writer_lock), Arc::clone(&inside));
            writers.spawn(async move {
                for _ in 0..20 {
                    let _guard = writer_lock.acquire().await.unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    tokio::task::yield_now().await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
        writers.join_all().await;
    }

    #[tokio::test]
    async fn cancelled_wait_does_not_block_others() {
        let (_directory, host, guest) = two();
        let first = host.acquire().await.unwrap();
        let waiting = tokio::task::JoinSet::from_iter([{
            let guest = Arc::clone(&guest);
            async move { guest.acquire().await.map(drop) }
        }]);
        until(|| has_waiting_writer(&host)).await;
        drop(waiting);
        until(|| !has_waiting_writer(&host)).await;
        drop(first);
        assert!(guest.acquire().await.is_ok());
        assert!(host.acquire().await.is_ok());
    }

    #[tokio::test]
    async fn wait_for_busy_lock_ends_as_busy() {
        let (_directory, host, guest) = two();
        let _guard = host.acquire().await.unwrap();
        let refused = FileLock::take(&guest.writer, Instant::now(), WRITER_PAUSE).await;
        assert_eq!(refused.map(drop), Err(too_busy()));
    }
}
