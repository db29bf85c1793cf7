use tempfile::TempDir;

use super::*;
use crate::sql::backend::sqlite;

const ANA: UserId = UserId(7);
const BOB: UserId = UserId(8);
/// Longer than a test takes, on whatever machine.
const A_MINUTE: Duration = Duration::from_mins(1);

async fn searches(limit: Duration) -> (TempDir, Searches) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("store.db").display());
    let opened = sqlite::open(&url).await.unwrap();
    let mut searches = Searches::interrupting(opened.searches);
    searches.limit = limit;
    (directory, searches)
}

/// A statement that never ends by itself.
fn endless(snapshot: Snapshot) -> BoxFuture<'static, Result<i64, Failure>> {
    count(
        snapshot,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    )
}

fn short(snapshot: Snapshot) -> BoxFuture<'static, Result<i64, Failure>> {
    count(snapshot, "SELECT 42")
}

fn count(snapshot: Snapshot, sql: &'static str) -> BoxFuture<'static, Result<i64, Failure>> {
    Box::pin(async move {
        let sql = Statement::from_string(DbBackend::Sqlite, sql);
        let row = snapshot.query_one_raw(sql).await.map_err(failure)?;
        row.unwrap().try_get_by_index(0).map_err(failure)
    })
}

#[tokio::test]
async fn search_that_does_not_end_is_interrupted_and_its_connection_serves_again() {
    let (_directory, searches) = searches(Duration::from_millis(50)).await;
    // More often than there are connections.
    for _ in 0..3 {
        let ended = searches.run(ANA, endless).await;
        assert_eq!(ended, Err(Failure::SEARCH_TOO_LONG));
        assert_eq!(searches.run(ANA, short).await, Ok(42));
    }
}

#[tokio::test]
async fn search_ends_when_nobody_waits_for_it() {
    let (_directory, searches) = searches(A_MINUTE).await;
    for _ in 0..3 {
        let (begun, has_begun) = oneshot::channel();
        let search = |snapshot| {
            begun.send(()).unwrap();
            endless(snapshot)
        };
        tokio::select! {
            ended = searches.run(ANA, search) => panic!("{ended:?}"),
            _ = has_begun => {}
        }
        // It would be refused if the user's other search went on.
        assert_eq!(searches.run(ANA, short).await, Ok(42));
    }
}

#[tokio::test]
async fn one_search_of_a_user_runs_at_a_time() {
    let (_directory, searches) = searches(A_MINUTE).await;
    let (begun, has_begun) = oneshot::channel();
    let first = searches.run(ANA, |snapshot| {
        begun.send(()).unwrap();
        endless(snapshot)
    });
    let others = async {
        has_begun.await.unwrap();
        assert_eq!(searches.run(BOB, short).await, Ok(42));
        let second = searches.run(ANA, short).await;
        assert_eq!(second, Err(Failure::TOO_MANY_SEARCHES));
    };
    tokio::select! {
        ended = first => panic!("{ended:?}"),
        () = others => {}
    }
}
