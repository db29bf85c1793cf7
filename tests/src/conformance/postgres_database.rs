//! What is asked of a `PostgreSQL` database beyond what every store must do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::commit::Commit;
use futures_util::poll;
use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::change::{InboxWrite, Selection};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{RevisionCursor, Watermark};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, Statement, TransactionTrait};
use tokio::task::{JoinSet, yield_now};

use super::Backend;
use super::backend::open;
use super::sample::{fill, notifying, tell, users, write};
use super::schema::{
    begin_at_once, find_old_users, go_down_and_up, grant_by_old_mentions, miss_each_table,
    remind_of_old_tasks,
};
use crate::support::postgres::new_database;
use crate::support::wait::{TIMEOUT, until, within};

/// How long the slow transaction stays open.
const OPEN: Duration = Duration::from_secs(3);

async fn opened() -> (Arc<SqlStore>, Backend) {
    let store = Arc::new(open(&new_database().await).await);
    (store.clone(), Backend::of(store, None))
}

async fn execute(transaction: &DatabaseTransaction, statement: &str) {
    let done = transaction.execute_unprepared(statement).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The heads that a look tells, and where the next one begins.
async fn look(backend: &Backend, watermark: Watermark) -> (Vec<(UserId, i64)>, Watermark) {
    let changes = backend.notifications.changes_since(Some(watermark)).await;
    let changes = changes.expect("the gain");
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

/// While one transaction stays open for seconds, others commit and are told of at once; and when it
/// commits at last, its gain is told too, however many looks there were meanwhile.
pub async fn changes_of_a_long_transaction_are_found() {
    let (store, backend) = opened().await;
    let [slow, fast] = users(&backend, ["slow", "fast"]).await;
    fill(&backend, slow, 1).await;
    let start = backend.notifications.changes_since(None).await;
    let mut watermark = start.expect("the watermark").watermark;

    let open = append_to(&store, slow).await;
    let began = Instant::now();
    let mut commits = 0;
    while began.elapsed() < OPEN {
        tell(&backend, &[fast]).await;
        commits += 1;
        let (heads, next) = look(&backend, watermark).await;
        assert!(heads.contains(&(fast, commits)), "{heads:?}");
        assert!(!heads.contains(&(slow, 2)), "not committed: {heads:?}");
        watermark = next;
    }
    open.commit().await.expect("a commit");
    let (heads, mut watermark) = look(&backend, watermark).await;
    assert!(heads.contains(&(slow, 2)), "missed: {heads:?}");

    // With nothing open any more, nothing is told again.
    until("no repeats", TIMEOUT, async || {
        let (heads, next) = look(&backend, watermark).await;
        watermark = next;
        heads.is_empty().then_some(())
    })
    .await;
}

/// Who begins to look while a transaction is open is told of it when it commits.
pub async fn change_feed_started_during_a_commit_misses_nothing() {
    let (store, backend) = opened().await;
    let [slow, fast] = users(&backend, ["slow", "fast"]).await;
    fill(&backend, slow, 1).await;
    let open = append_to(&store, slow).await;
    tell(&backend, &[fast]).await;
    let start = backend.notifications.changes_since(None).await;
    open.commit().await.expect("a commit");
    let (heads, _) = look(&backend, start.expect("the watermark").watermark).await;
    assert!(heads.contains(&(slow, 2)), "missed: {heads:?}");
}

/// After a crash a database may give out numbers again that it gave out before: everybody is told
/// then, and the next look goes on from there.
pub async fn watermark_ahead_of_the_database_misses_nothing() {
    let (_, backend) = opened().await;
    let [ana, bob] = users(&backend, ["ana", "bob"]).await;
    fill(&backend, ana, 3).await;
    let now = backend.notifications.changes_since(None).await;
    let ahead = Watermark(now.expect("the watermark").watermark.0 + 1_000_000);
    let (heads, watermark) = look(&backend, ahead).await;
    assert_eq!(heads, [(ana, 3)]);
    fill(&backend, bob, 1).await;
    let (heads, _) = look(&backend, watermark).await;
    assert!(heads.contains(&(bob, 1)), "missed: {heads:?}");
}

/// Rows of a restored dump may name transactions that are still to come here: they are not told
/// again and again.
pub async fn rows_of_another_numbering_are_no_change() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    let now = backend.notifications.changes_since(None).await;
    fill(&backend, ana, 3).await;
    let restore = "UPDATE notifications SET transaction_id = transaction_id + 1000000";
    let restored = store.schema_connection().execute_unprepared(restore).await;
    restored.expect("other numbers");
    let (heads, _) = look(&backend, now.expect("the watermark").watermark).await;
    assert_eq!(heads, []);
}

/// However early somebody who reads has gone, the connection is as it was for whoever comes next.
pub async fn cancelled_reader_leaves_no_open_transaction() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    fill(&backend, ana, 3).await;
    let read = || {
        let everything = RevisionCursor::at(-1);
        backend.notifications.read_state_changes(ana, everything, 10)
    };
    for patience in (0..1_500).step_by(5).map(Duration::from_micros) {
        let (begin, mut reading) = (Instant::now(), read());
        while begin.elapsed() < patience && poll!(&mut reading).is_pending() {
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

/// A change that the database sacrifices to end a deadlock is stored all the same.
pub async fn deadlock_is_retried() {
    let (store, backend) = opened().await;
    let [first, second] = users(&backend, ["first", "second"]).await;
    tell(&backend, &[first, second]).await;
    let raise = |user| format!("UPDATE mailboxes SET head = head WHERE user_id = {user}");

    // It takes the mailboxes in the wrong order, and never looks for a deadlock itself.
    let rival = store.schema_connection().begin().await.expect("a transaction");
    execute(&rival, "SET LOCAL deadlock_timeout = '60s'").await;
    execute(&rival, &raise(second)).await;
    let mut change = JoinSet::new();
    let tasks = store.clone();
    change.spawn(async move { Commit::store(&*tasks, notifying(&[first, second])).await });
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

/// A transaction whose connection broke before anything was asked of it takes another one.
pub async fn broken_connection_is_replaced() {
    let (store, backend) = opened().await;
    let [ana] = users(&backend, ["ana"]).await;
    let rival = store.schema_connection().begin().await.expect("a transaction");
    fill(&backend, ana, 3).await;
    // All others of this store, one of which has just written; it waits until they have ended.
    let break_all = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    execute(&rival, break_all).await;
    let read = write(&backend, ana, InboxWrite::MarkRead(Selection::All)).await;
    assert_eq!(read.changed, 3);
}

/// Many open a new database at the same time; all of them find a schema, one makes the first user.
pub async fn concurrent_first_starts_succeed() {
    begin_at_once(&new_database().await).await;
}

/// The schema goes down and up again, step by step.
pub async fn schema_migrates_down_and_up() {
    go_down_and_up(&new_database().await).await;
}

/// A step does not wait long for a table that another transaction reads, and is complete afterwards.
pub async fn step_gives_up_waiting_for_a_table() {
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

/// A table that is missing is named.
pub async fn missing_table_is_detected() {
    miss_each_table(&new_database().await).await;
}

/// Tasks that were there before anybody was reminded wait for their date.
pub async fn old_tasks_get_reminders() {
    remind_of_old_tasks(&new_database().await).await;
}

/// Mentions from before there were grants go on granting.
pub async fn old_mentions_grant_reading() {
    grant_by_old_mentions(&new_database().await).await;
}

/// Users who were there before their words were written down are found as those who came later.
pub async fn old_users_are_searchable() {
    find_old_users(&new_database().await).await;
}

/// What cannot be reached or is not there is unavailable, and the password is not repeated.
pub async fn unreachable_database_is_unavailable() {
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
