//! What only the store on a `PostgreSQL` database does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::poll;
use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::change::{InboxWrite, Selection};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{RevisionCursor, Watermark};
use leopard_testkit::commit::Commit;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, Statement, TransactionTrait};
use tokio::task::{JoinSet, yield_now};

use leopard_testkit::Backend;
use leopard_testkit::fixtures::{change_inbox, fill_mailbox, notify, task_notifying, users};
use leopard_tests::conformance::open;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::wait::{TIMEOUT, until, within};

/// How long the slow transaction stays open.
const OPEN: Duration = Duration::from_secs(3);

async fn opened() -> (Arc<SqlStore>, Backend) {
    let store = Arc::new(open(&new_database().await).await);
    (store.clone(), Backend::of(store))
}

async fn execute(transaction: &DatabaseTransaction, statement: &str) {
    let done = transaction.execute_unprepared(statement).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The heads that changed since a watermark, and the next watermark.
async fn poll_changes(backend: &Backend, watermark: Watermark) -> (Vec<(UserId, i64)>, Watermark) {
    let changes = backend.notifications.changes_since(Some(watermark)).await;
    let changes = changes.expect("the changes");
    (changes.heads, changes.watermark)
}

/// A second notification of this user, in a transaction that is still open.
async fn append_to(store: &SqlStore, user: UserId) -> DatabaseTransaction {
    let open = store.schema_connection().begin().await.expect("a transaction");
    let raise = "UPDATE mailboxes SET head = 2, unread = 2";
    let append = "INSERT INTO notifications \
        (user_id, sequence, kind, title, message, is_completed, created_at, updated_at) \
        SELECT user_id, 2, kind, title, message, false, now(), now() FROM notifications";
    for statement in [raise, append] {
        execute(&open, &format!("{statement} WHERE user_id = {user}")).await;
    }
    open
}

/// While one transaction stays open for seconds, later commits are found at once; its own change is found after its
/// commit, although the feed has moved on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_a_long_transaction_are_found() {
    let (store, backend) = opened().await;
    let [slow, fast] = users(&backend, ["slow", "fast"]).await;
    fill_mailbox(&backend, slow, 1).await;
    let start = backend.notifications.changes_since(None).await;
    let mut watermark = start.expect("the watermark").watermark;

    let open = append_to(&store, slow).await;
    let began = Instant::now();
    let mut commits = 0;
    while began.elapsed() < OPEN {
        notify(&backend, &[fast]).await;
        commits += 1;
        let (heads, next) = poll_changes(&backend, watermark).await;
        assert!(heads.contains(&(fast, commits)), "{heads:?}");
        assert!(!heads.contains(&(slow, 2)), "not committed: {heads:?}");
        watermark = next;
    }
    open.commit().await.expect("a commit");
    let (heads, mut watermark) = poll_changes(&backend, watermark).await;
    assert!(heads.contains(&(slow, 2)), "missed: {heads:?}");

    // Without an open transaction, nothing is repeated.
    until("no repeats", TIMEOUT, async || {
        let (heads, next) = poll_changes(&backend, watermark).await;
        watermark = next;
        heads.is_empty().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn change_feed_started_during_a_commit_misses_nothing() {
    let (store, backend) = opened().await;
    let [slow, fast] = users(&backend, ["slow", "fast"]).await;
    fill_mailbox(&backend, slow, 1).await;
    let open = append_to(&store, slow).await;
    notify(&backend, &[fast]).await;
    let start = backend.notifications.changes_since(None).await;
    open.commit().await.expect("a commit");
    let (heads, _) = poll_changes(&backend, start.expect("the watermark").watermark).await;
    assert!(heads.contains(&(slow, 2)), "missed: {heads:?}");
}

/// After a crash a database may reuse transaction ids: the feed returns all heads, and continues from there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watermark_ahead_of_the_database_misses_nothing() {
    let (_, backend) = opened().await;
    let [ana, bob] = users(&backend, ["ana", "bob"]).await;
    fill_mailbox(&backend, ana, 3).await;
    let now = backend.notifications.changes_since(None).await;
    let ahead = Watermark(now.expect("the watermark").watermark.0 + 1_000_000);
    let (heads, watermark) = poll_changes(&backend, ahead).await;
    assert_eq!(heads, [(ana, 3)]);
    fill_mailbox(&backend, bob, 1).await;
    let (heads, _) = poll_changes(&backend, watermark).await;
    assert!(heads.contains(&(bob, 1)), "missed: {heads:?}");
}

/// Rows of a restored dump may have transaction ids that this database has not assigned yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_another_numbering_are_no_change() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    let now = backend.notifications.changes_since(None).await;
    fill_mailbox(&backend, ana, 3).await;
    let restore = "UPDATE notifications SET transaction_id = transaction_id + 1000000";
    let restored = store.schema_connection().execute_unprepared(restore).await;
    restored.expect("other numbers");
    let (heads, _) = poll_changes(&backend, now.expect("the watermark").watermark).await;
    assert_eq!(heads, []);
}

/// Whenever a read is cancelled, its connection has no open transaction for the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_reader_leaves_no_open_transaction() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    fill_mailbox(&backend, ana, 3).await;
    let read = || {
        let everything = RevisionCursor::at(-1);
        backend.notifications.read_state_changes(ana, everything, 10)
    };
    for limit in (0..1_500).step_by(5).map(Duration::from_micros) {
        let (started, mut reading) = (Instant::now(), read());
        while started.elapsed() < limit && poll!(&mut reading).is_pending() {
            yield_now().await;
        }
        drop(reading);
        let mailboxes = backend.notifications.mailboxes(vec![ana]).await;
        assert_eq!(mailboxes.map(|found| found[0].head), Ok(3));
        assert_eq!(read().await.map(|page| page.mailbox.head), Ok(3));
    }
    let open = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                AND state LIKE 'idle in transaction%'";
    until("nothing is open", TIMEOUT, async || {
        let open = Statement::from_string(DatabaseBackend::Postgres, open);
        let open = store.schema_connection().query_one_raw(open).await.expect("an answer");
        open.is_none().then_some(())
    })
    .await;
}

/// The database ends a deadlock by a rollback, and the change is written again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deadlock_is_retried() {
    let (store, backend) = opened().await;
    let [first, second] = users(&backend, ["first", "second"]).await;
    notify(&backend, &[first, second]).await;
    let raise = |user| format!("UPDATE mailboxes SET head = head WHERE user_id = {user}");

    // The rival locks the mailboxes in the opposite order, and does not check for deadlocks.
    let rival = store.schema_connection().begin().await.expect("a transaction");
    execute(&rival, "SET LOCAL deadlock_timeout = '60s'").await;
    execute(&rival, &raise(second)).await;
    let mut change = JoinSet::new();
    let tasks = store.clone();
    change.spawn(async move { Commit::store(&*tasks, task_notifying(&[first, second])).await });
    until("the change waits", TIMEOUT, async || {
        let waiting = "SELECT FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = store.schema_connection().execute_unprepared(waiting).await;
        (waiting.expect("an answer").rows_affected() > 0).then_some(())
    })
    .await;
    within("the rival wins", TIMEOUT, execute(&rival, &raise(first))).await;
    rival.commit().await.expect("a commit");

    let stored = change.join_next().await.expect("one").expect("its end");
    let sequences = stored.expect("it is stored").notifications;
    assert!(sequences.iter().all(|it| it.sequence == 2), "{sequences:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_connection_is_replaced() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    let rival = store.schema_connection().begin().await.expect("a transaction");
    fill_mailbox(&backend, ana, 3).await;
    // All other connections of this store; waits until they have ended.
    let break_all = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    execute(&rival, break_all).await;
    let read = change_inbox(&backend, ana, InboxWrite::MarkRead(Selection::All)).await;
    assert_eq!(read.changed, 3);
}

/// A migration waits only briefly for a table that another transaction reads, and can be repeated.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_gives_up_waiting_for_a_table() {
    let url = new_database().await;
    let (store, other) = (open(&url).await, open(&url).await);
    let reading = other.schema_connection().begin().await.expect("a transaction");
    execute(&reading, "SELECT FROM tasks").await;
    let step = leopard_migration::down(store.schema_connection(), None).await;
    let refused = step.expect_err("the table is read").to_string();
    assert!(refused.contains("lock timeout"), "{refused}");
    store.check().await.expect("nothing is missing");

    reading.rollback().await.expect("an end");
    let step = leopard_migration::down(store.schema_connection(), None).await;
    step.expect("the table is free");
}

/// And the error does not repeat the password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unreachable_database_is_unavailable() {
    let missing = format!("{}&dbname=missing", new_database().await);
    let nowhere = "postgres://leopard:hunter2@localhost/x?host=/nowhere";
    for url in [missing.as_str(), nowhere] {
        let refused = SqlStore::connect(url).await.map(drop);
        let Err(Failure::Unavailable(text)) = refused else {
            panic!("it is not there: {refused:?}");
        };
        assert!(!text.contains("hunter2"), "{text}");
    }
}
