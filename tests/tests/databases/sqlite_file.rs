//! What only the store on an `SQLite` file does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::TaskScope;
use leopard_core::port::TaskQuery;
use leopard_testkit::commit::Commit;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use tempfile::TempDir;
use tokio::task::JoinSet;

use leopard_testkit::Backend;
use leopard_testkit::fixtures::{
    fill_mailbox, list_inbox, mark_read, task_notifying, users, whole_inbox,
};
use leopard_tests::conformance::open_sqlite;
use leopard_tests::support::{TIMEOUT, until};

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reopened_file_keeps_everything() {
    let directory = directory();
    let query = TaskQuery::all_of(UserId(0), TaskScope::Everyone, PageRequest::first(10));
    let store = Arc::new(open_sqlite(&directory).await);
    let first = Backend::of(store.clone());
    let [ana] = users(&first, ["ana"]).await;
    let ids = fill_mailbox(&first, ana, 5).await;
    mark_read(&first, ana, &ids[..2]).await;
    let tasks = first.tasks.list(query.clone()).await.expect("a page");
    let inbox = list_inbox(&first, whole_inbox(ana)).await;
    let mailboxes = first.notifications.mailboxes(vec![ana]).await;
    store.close().await.expect("an end");
    let closed = first.tasks.list(query.clone()).await;
    assert!(matches!(closed, Err(Failure::Unavailable(_))), "{closed:?}");

    let again = Backend::of(Arc::new(open_sqlite(&directory).await));
    assert_eq!(again.tasks.list(query).await.expect("a page"), tasks);
    assert_eq!(list_inbox(&again, whole_inbox(ana)).await, inbox);
    assert_eq!(again.notifications.mailboxes(vec![ana]).await, mailboxes);
    let known = again.users.find_credentials("ana".to_owned()).await;
    assert_eq!(known.expect("an answer").expect("a user").user.id, ana);
}

/// A process whose writers never pause shares the file with another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_processes_get_turns_beside_a_busy_writer() {
    let directory = directory();
    let host = Arc::new(open_sqlite(&directory).await);
    let guest = Arc::new(open_sqlite(&directory).await);
    let backend = Backend::of(host.clone());
    let readers = users(&backend, ["ana", "bob"]).await;

    let finished = Arc::new(AtomicBool::new(false));
    let mut hosts = JoinSet::new();
    for _ in 0..8 {
        let (host, finished) = (host.clone(), finished.clone());
        hosts.spawn(async move {
            let mut commits = 0;
            while !finished.load(Ordering::Relaxed) {
                commit_task(&host, &readers).await;
                commits += 1;
            }
            commits
        });
    }
    let mut guests = JoinSet::new();
    for _ in 0..4 {
        let guest = guest.clone();
        guests.spawn(async move {
            for _ in 0..10 {
                commit_task(&guest, &readers).await;
            }
        });
    }
    // A change that waits for more than 10 s fails.
    guests.join_all().await;
    finished.store(true, Ordering::Relaxed);
    let by_hosts: i64 = hosts.join_all().await.iter().sum();
    assert!(by_hosts > 0, "the host goes on");
    let mailboxes = backend.notifications.mailboxes(readers.to_vec()).await;
    for mailbox in mailboxes.expect("mailboxes") {
        assert_eq!(mailbox.head, by_hosts + 40);
    }
}

async fn commit_task(store: &SqlStore, readers: &[UserId]) {
    let stored = Commit::store(store, task_notifying(readers)).await;
    stored.expect("a task");
}

/// Commits are on the disk before they are confirmed, and references are checked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_has_durable_settings() {
    let directory = directory();
    let store = open_sqlite(&directory).await;
    let full = 2;
    for (pragma, expected) in [("synchronous", full), ("foreign_keys", 1)] {
        let statement = Statement::from_string(DatabaseBackend::Sqlite, format!("PRAGMA {pragma}"));
        let row = store.schema_connection().query_one_raw(statement).await;
        let row = row.expect("an answer").expect("a row");
        let value: i32 = row.try_get_by_index(0).expect("a number");
        assert_eq!(value, expected, "{pragma}");
    }
    assert!(directory.path().join("store.db-wal").exists());
}

/// Changes move from the write-ahead log into the file long before the writer would move them itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_is_moved_into_the_file_meanwhile() {
    let directory = directory();
    let store = Arc::new(open_sqlite(&directory).await);
    let readers = users(&Backend::of(store.clone()), ["ana"]).await;
    let file = directory.path().join("store.db");
    let size = || file.metadata().expect("a file").len();
    let before = size();
    // About 10 pages each.
    for _ in 0..3_600 {
        commit_task(&store, &readers).await;
    }
    until("the file grows", TIMEOUT, async || (size() > before + 100_000).then_some(())).await;
}

/// And the error names the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unopenable_file_is_unavailable() {
    let directory = directory();
    let nowhere = directory.path().join("missing").join("store.db");
    for file in [nowhere.display().to_string(), ":memory:".to_owned()] {
        let url = format!("sqlite:{file}");
        let refused = SqlStore::connect(&url).await.map(drop);
        let Err(Failure::Unavailable(text)) = refused else {
            panic!("{url}: {refused:?}");
        };
        assert!(text.contains(&file), "{text}");
    }
    let other = SqlStore::connect("mysql://localhost").await.map(drop);
    assert!(matches!(other, Err(Failure::Unavailable(_))), "{other:?}");
}
