use tempfile::TempDir;

use super::super::sqlite;
use super::*;

const ANA: UserId = UserId(7);
const BOB: UserId = UserId(8);
/// Longer than a test takes, on whatever machine.
const A_MINUTE: Duration = Duration::from_mins(1);

async fn searches(limit: Duration) -> (TempDir, Searches) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    sqlite::open_schema(&file).await.unwrap();
    let opened = sqlite::open_readers(&file).unwrap();
    let mut searches = Searches::interrupting(opened.searches);
    searches.limit = limit;
    (directory, searches)
}

/// Runs a search as the port would.
async fn run<T: Send + 'static>(
    searches: &Searches,
    user: UserId,
    search: impl FnOnce(Snapshot) -> BoxFuture<'static, Result<T, SqlError>> + Send + 'static,
) -> Result<T, Failure> {
    Ok(searches.run(user, search).await?)
}

/// A statement that never ends by itself.
fn endless(snapshot: Snapshot) -> BoxFuture<'static, Result<i64, SqlError>> {
    count(
        snapshot,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    )
}

fn short(snapshot: Snapshot) -> BoxFuture<'static, Result<i64, SqlError>> {
    count(snapshot, "SELECT 42")
}

fn count(snapshot: Snapshot, sql: &'static str) -> BoxFuture<'static, Result<i64, SqlError>> {
    Box::pin(async move {
        let sql = Statement::from_string(DbBackend::Sqlite, sql);
        let row: Option<(i64,)> = snapshot.executor().row_raw(sql).await?;
        Ok(row.unwrap().0)
    })
}

#[tokio::test]
async fn endless_search_is_interrupted_and_its_connection_reused() {
    let (_directory, searches) = searches(Duration::from_millis(50)).await;
    // More often than there are connections.
    for _ in 0..3 {
        let ended = run(&searches, ANA, endless).await;
        assert_eq!(ended, Err(Failure::SEARCH_TOO_LONG));
        assert_eq!(run(&searches, ANA, short).await, Ok(42));
    }
}

#[tokio::test]
async fn search_ends_when_its_caller_leaves() {
    let (_directory, searches) = searches(A_MINUTE).await;
    for _ in 0..3 {
        let (begun, has_begun) = oneshot::channel();
        let search = |snapshot| {
            begun.send(()).unwrap();
            endless(snapshot)
        };
        tokio::select! {
            ended = run(&searches, ANA, search) => panic!("{ended:?}"),
            _ = has_begun => {}
        }
        // It would be refused if the user's other search went on.
        assert_eq!(run(&searches, ANA, short).await, Ok(42));
    }
}

#[tokio::test]
async fn one_search_per_user_runs_at_a_time() {
    let (_directory, searches) = searches(A_MINUTE).await;
    let (begun, has_begun) = oneshot::channel();
    let first = run(&searches, ANA, |snapshot| {
        begun.send(()).unwrap();
        endless(snapshot)
    });
    let others = async {
        has_begun.await.unwrap();
        assert_eq!(run(&searches, BOB, short).await, Ok(42));
        let second = run(&searches, ANA, short).await;
        assert_eq!(second, Err(Failure::TOO_MANY_SEARCHES));
    };
    tokio::select! {
        ended = first => panic!("{ended:?}"),
        () = others => {}
    }
}
