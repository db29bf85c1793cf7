//! Concurrent changes and reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::commit::Commit;
use leopard_core::domain::change::{InboxChange, InboxWrite, Selection};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{LogEntry, Mailbox, Notification, RevisionCursor};
use leopard_core::port::NotificationRepository;
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{at, fill_mailbox, task_notifying, users, whole_inbox};
use crate::wait::{TIMEOUT, until};

// Few enough for a slow disk.
const WRITERS: usize = 8;
const COMMITS: usize = 24;

/// Starts writers that commit tasks for all of `readers`, and returns the notifications of each.
fn writers(backend: &Backend, readers: &[UserId]) -> JoinSet<Vec<Notification>> {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let tasks = backend.tasks.clone();
        let mut readers = readers.to_vec();
        // In a different order per writer: a store must take its locks in one order all the same.
        let offset = writer % readers.len();
        readers.rotate_left(offset);
        writers.spawn(async move {
            let mut all = Vec::new();
            for _ in 0..COMMITS {
                let stored = tasks.store(task_notifying(&readers)).await.expect("a task");
                all.extend(stored.notifications);
            }
            all
        });
    }
    writers
}

async fn log(notifications: &Arc<dyn NotificationRepository>, user: UserId) -> Vec<LogEntry> {
    notifications.log_after(user, 0, u32::MAX).await.expect("the log")
}

async fn mailbox(backend: &Backend, user: UserId) -> Mailbox {
    let found = backend.notifications.mailboxes(vec![user]).await;
    found.expect("mailboxes")[0]
}

async fn commit(backend: &Backend, user: UserId, write: InboxWrite) -> u64 {
    let change = InboxChange { user, write, at: at(10) };
    let stored = backend.notifications.commit(change).await;
    stored.expect("a write").changed
}

async fn unread_rows(backend: &Backend, user: UserId) -> i64 {
    let mut query = whole_inbox(user);
    query.include_read = false;
    let page = backend.notifications.list(query).await.expect("a page");
    page.total.cast_signed()
}

fn one_to(last: usize) -> Vec<i64> {
    (1..).take(last).collect()
}

pub async fn concurrent_writers_leave_no_gap_in_one_mailbox(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let finished = Arc::new(AtomicBool::new(false));
    let watcher = {
        let notifications = backend.notifications.clone();
        let finished = finished.clone();
        let mut watcher = JoinSet::new();
        watcher.spawn(async move {
            // A reader always sees 1, 2, 3 …: later commits have greater sequences.
            while !finished.load(Ordering::Relaxed) {
                let seen: Vec<i64> =
                    log(&notifications, ana).await.iter().map(LogEntry::sequence).collect();
                assert_eq!(seen, one_to(seen.len()));
                tokio::task::yield_now().await;
            }
        });
        watcher
    };
    let stored = writers(backend, &[ana]).join_all().await;
    finished.store(true, Ordering::Relaxed);
    watcher.join_all().await;

    for own in &stored {
        assert!(own.is_sorted_by_key(|it| it.sequence), "a writer's own order");
    }
    let mut sequences: Vec<i64> = stored.iter().flatten().map(|it| it.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, one_to(WRITERS * COMMITS));
    let mailbox = mailbox(backend, ana).await;
    assert_eq!((mailbox.head, mailbox.unread), (192, 192));
    assert_eq!(unread_rows(backend, ana).await, 192);
}

pub async fn concurrent_writers_leave_no_gap_in_many_mailboxes(backend: &Backend) {
    let readers = users(backend, ["ana", "bob", "eve", "kim", "zoe"]).await;
    let stored = writers(backend, &readers).join_all().await;
    for reader in readers {
        let own = stored.iter().flatten().filter(|it| it.recipient == reader);
        let mut sequences: Vec<i64> = own.map(|it| it.sequence).collect();
        sequences.sort_unstable();
        assert_eq!(sequences, one_to(WRITERS * COMMITS));
        let log = log(&backend.notifications, reader).await;
        assert_eq!(log.len(), WRITERS * COMMITS);
        let ids: Vec<NotificationId> = log
            .iter()
            .map(|entry| match entry {
                LogEntry::Present(it) => it.id,
                LogEntry::Tombstone { id, .. } => *id,
            })
            .collect();
        assert!(ids.is_sorted(), "sequences are in the order of commit");
        assert_eq!(mailbox(backend, reader).await.unread, 192);
    }
}

pub async fn rollbacks_leave_no_gap(backend: &Backend) {
    let readers = users(backend, ["ana", "bob"]).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let tasks = backend.tasks.clone();
        writers.spawn(async move {
            let [ana, bob] = readers;
            for number in writer..writer + COMMITS {
                // Every third change is refused after its first writes.
                let change = match number % 3 {
                    0 => task_notifying(&[ana, bob, UserId(i64::MAX)]),
                    _ => task_notifying(&readers),
                };
                let stored = tasks.store(change).await;
                assert_eq!(stored.is_ok(), number % 3 != 0, "{stored:?}");
            }
        });
    }
    writers.join_all().await;
    for reader in readers {
        let log = log(&backend.notifications, reader).await;
        let sequences: Vec<i64> = log.iter().map(LogEntry::sequence).collect();
        assert_eq!(sequences, one_to(WRITERS * COMMITS / 3 * 2));
        let mailbox = mailbox(backend, reader).await;
        assert_eq!((mailbox.head, mailbox.unread), (128, 128));
    }
}

pub async fn mark_all_read_during_appends_keeps_the_count(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut writers = writers(backend, &[ana]);
    let mut changed = 0;
    let mut commits = 0;
    while !writers.is_empty() {
        let now = commit(backend, ana, InboxWrite::MarkRead(Selection::All)).await;
        changed += now;
        commits += i64::from(now > 0);
        while let Some(finished) = writers.try_join_next() {
            finished.expect("a writer");
        }
        tokio::task::yield_now().await;
    }
    let mailbox = mailbox(backend, ana).await;
    assert_eq!((mailbox.head, mailbox.revision), (192, commits));
    assert_eq!(mailbox.unread, 192 - changed.cast_signed());
    assert_eq!(mailbox.unread, unread_rows(backend, ana).await);
    let page = backend.notifications.read_state_changes(ana, RevisionCursor::at(0), u32::MAX);
    let page = page.await.expect("the changes");
    assert_eq!(page.changes.len() as u64, changed);
}

pub async fn concurrent_read_and_delete_keep_the_count(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 40).await;
    let mut writers = JoinSet::new();
    for (writer, ids) in [&ids[..30], &ids[10..], &ids[..], &ids[20..]].into_iter().enumerate() {
        for id in ids.iter().copied() {
            let notifications = backend.notifications.clone();
            let write = if writer % 2 == 0 {
                InboxWrite::MarkRead(Selection::Ids(vec![id]))
            } else {
                InboxWrite::Delete(id)
            };
            let change = InboxChange { user: ana, write, at: at(10) };
            writers.spawn(async move { notifications.commit(change).await.expect("a write") });
        }
    }
    let changes: u64 = writers.join_all().await.iter().map(|it| it.changed).sum();
    let mailbox = mailbox(backend, ana).await;
    assert_eq!((mailbox.head, mailbox.unread), (40, 0));
    assert_eq!(mailbox.revision, changes.cast_signed());
    let left = backend.notifications.list(whole_inbox(ana)).await;
    assert_eq!(left.expect("a page").total, 10);
}

pub async fn concurrent_mailbox_changes_are_all_found(backend: &Backend) {
    let readers = users(backend, ["ana", "bob", "eve"]).await;
    let start = backend.notifications.changes_since(None).await;
    let mut watermark = start.expect("the watermark").watermark;
    let mut heads: BTreeMap<UserId, i64> = BTreeMap::new();
    let mut writers = writers(backend, &readers);
    loop {
        while let Some(finished) = writers.try_join_next() {
            finished.expect("a writer");
        }
        // Checked before the read, so that the last read comes after the last commit.
        let is_last = writers.is_empty();
        let changes = backend.notifications.changes_since(Some(watermark)).await;
        let changes = changes.expect("the changes");
        watermark = changes.watermark;
        for (user, head) in changes.heads {
            // A head may be repeated, but never decreases.
            let known = heads.insert(user, head).unwrap_or(0);
            assert!(head >= known, "{user}: {known}, then {head}");
        }
        if is_last {
            break;
        }
        tokio::task::yield_now().await;
    }
    let expected: BTreeMap<UserId, i64> = readers.map(|reader| (reader, 192)).into();
    assert_eq!(heads, expected);
}

pub async fn cancelled_writers_leave_no_gap(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for finished in 1..6 {
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let tasks = backend.tasks.clone();
            writers
                .spawn(async move { tasks.store(task_notifying(&[ana])).await.expect("a task") });
        }
        for _ in 0..finished {
            writers.join_next().await.expect("one").expect("a writer");
        }
        writers.shutdown().await;
    }
    let last = fill_mailbox(backend, ana, 1).await[0];
    // Cancelled changes may still be committed, but there is never a gap.
    let settled = until("a stable mailbox", TIMEOUT, async || {
        let before = mailbox(backend, ana).await;
        let log = log(&backend.notifications, ana).await;
        let seen: Vec<i64> = log.iter().map(LogEntry::sequence).collect();
        assert_eq!(seen, one_to(seen.len()));
        let unread = unread_rows(backend, ana).await;
        let after = mailbox(backend, ana).await;
        (before == after).then_some((after, seen.len(), unread))
    });
    let (mailbox, seen, unread) = settled.await;
    assert!(seen >= 16, "all awaited changes are stored");
    assert_eq!(usize::try_from(mailbox.head), Ok(seen));
    assert_eq!((mailbox.unread, unread), (mailbox.head, mailbox.head));
    let newest = backend.notifications.find(ana, last).await;
    let newest = newest.expect("an answer").expect("one");
    assert!((16..=mailbox.head).contains(&newest.sequence), "{newest:?}");
}
