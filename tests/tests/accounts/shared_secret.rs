//! Nodes on one database need one secret.

use leopard_tests::support::sql::connect;
use leopard_tests::support::workdir::CommandOutput;
use leopard_tests::support::{Workdir, new_database};
use sea_orm::ConnectionTrait as _;

const OTHER: &str = "another secret of more than thirty-two bytes";

/// The output of a node that does not start.
fn expect_refused(ended: &CommandOutput, nodes: &str) {
    assert!(!ended.success, "{ended:?}");
    for part in ["LEOPARD_JWT_SECRET", nodes, "same secret"] {
        assert!(ended.stderr.contains(part), "{part}: {ended:?}");
    }
    assert!(!ended.stderr.contains(OTHER), "{ended:?}");
}

#[tokio::test]
async fn node_with_another_secret_does_not_start() {
    let database = new_database().await;
    let one = Workdir::for_node(&database).serve().await;
    let same = one.workdir().same_settings().serve().await;
    let other = one.workdir().same_settings().with("LEOPARD_JWT_SECRET", OTHER);
    expect_refused(&other.run(&["serve"]).await, "2 nodes serve");
    let admin = one.admin().await;
    same.api(&admin.access).get("/api/v1/tasks/").await.expect(200);

    // One of them ends without a shutdown.
    same.crash();
    one.stop().await;
    let changed = other.serve().await;
    let refused = changed.api(&admin.access).get("/api/v1/tasks/").await;
    refused.problem(401, "token_not_valid");
    let former = Workdir::for_node(&database).run(&["serve"]).await;
    expect_refused(&former, "1 node serves");
}

#[tokio::test]
async fn concurrent_starts_with_two_secrets_refuse_one() {
    let one = Workdir::for_node(&new_database().await);
    let other = one.same_settings().with("LEOPARD_JWT_SECRET", OTHER);
    let refused = tokio::select! {
        ended = one.run(&["serve"]) => ended,
        ended = other.run(&["serve"]) => ended,
    };
    expect_refused(&refused, "1 node serves");
}

#[tokio::test]
async fn database_does_not_store_the_secret() {
    let database = new_database().await;
    let leopard = Workdir::for_node(&database).serve().await;
    let connection = connect(&database).await;
    let rows = sea_orm::Statement::from_string(
        connection.get_database_backend(),
        "SELECT secret_fingerprint FROM nodes",
    );
    let rows = connection.query_all_raw(rows).await.expect("rows");
    assert_eq!(rows.len(), 1);
    let kept: String = rows[0].try_get_by_index(0).expect("a fingerprint");
    assert!(!kept.contains("secret") && kept.len() == 43, "{kept}");
    let refused = leopard.api(&kept).get("/api/v1/tasks/").await;
    assert_eq!(refused.status, 401);
}
