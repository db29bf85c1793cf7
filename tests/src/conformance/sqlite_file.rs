//! What is asked of an `SQLite` file beyond what every store must do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::commit::Commit;
use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::TaskScope;
use leopard_core::port::TaskQuery;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::Backend;
use super::backend::{open_sqlite, url};
use super::sample::{everything, fill, listed, notifying, read, users};
use super::schema::{
    begin_at_once, find_old_users, go_down_and_up, grant_by_old_mentions, miss_each_table,
    remind_of_old_tasks,
};

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// All that was stored is there when the file is opened again.
pub async fn reopened_file_keeps_everything() {
    let directory = directory();
    let query = TaskQuery::all_of(UserId(0), TaskScope::Everyone, PageRequest::first(10));
    let store = Arc::new(open_sqlite(&directory).await);
    let first = Backend::of(store.clone(), None);
    let [ana] = users(&first, ["ana"]).await;
    let ids = fill(&first, ana, 5).await;
    read(&first, ana, &ids[..2]).await;
    let tasks = first.tasks.list(query.clone()).await.expect("a page");
    let inbox = listed(&first, everything(ana)).await;
    let mailboxes = first.notifications.mailboxes(vec![ana]).await;
    store.close().await.expect("an end");
    let closed = first.tasks.list(query.clone()).await;
    assert!(matches!(closed, Err(Failure::Unavailable(_))), "{closed:?}");

    let again = Backend::of(Arc::new(open_sqlite(&directory).await), None);
    assert_eq!(again.tasks.list(query).await.expect("a page"), tasks);
    assert_eq!(listed(&again, everything(ana)).await, inbox);
    assert_eq!(again.notifications.mailboxes(vec![ana]).await, mailboxes);
    let known = again.users.find_credentials("ana".to_owned()).await;
    assert_eq!(known.expect("an answer").expect("a user").user.id, ana);
}

/// Few writers of another process get their turn while many never pause.
pub async fn other_processes_get_turns_beside_a_busy_writer() {
    let directory = directory();
    let host = Arc::new(open_sqlite(&directory).await);
    let guest = Arc::new(open_sqlite(&directory).await);
    let backend = Backend::of(host.clone(), None);
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
    // Whoever waits for more than 10 s fails.
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
    let stored = Commit::store(store, notifying(readers)).await;
    stored.expect("a task");
}

/// Many open a new file at the same time; all of them find a schema, one makes the first user.
pub async fn concurrent_first_starts_succeed() {
    let directory = directory();
    begin_at_once(&url(&directory)).await;
}

/// The schema goes down and up again, step by step.
pub async fn schema_migrates_down_and_up() {
    let directory = directory();
    go_down_and_up(&url(&directory)).await;
}

/// A table that is missing is named.
pub async fn missing_table_is_detected() {
    let directory = directory();
    miss_each_table(&url(&directory)).await;
}

/// Tasks that were there before anybody was reminded wait for their date.
pub async fn old_tasks_get_reminders() {
    let directory = directory();
    remind_of_old_tasks(&url(&directory)).await;
}

/// Mentions from before there were grants go on granting.
pub async fn old_mentions_grant_reading() {
    let directory = directory();
    grant_by_old_mentions(&url(&directory)).await;
}

/// Users who were there before their words were written down are found as those who came later.
pub async fn old_users_are_searchable() {
    let directory = directory();
    find_old_users(&url(&directory)).await;
}

/// A commit that was answered is on the disk, and rows only name rows that exist.
pub async fn file_has_durable_settings() {
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

/// What cannot be opened is unavailable, and says which file it is.
pub async fn unopenable_file_is_unavailable() {
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
