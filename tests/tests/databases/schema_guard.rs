//! The schema: which commands change it, when, and what a node does when a part is missing.

use leopard_tests::support::sql::execute;
use leopard_tests::support::{TIMEOUT, Workdir, new_database};

async fn workdirs() -> [Workdir; 2] {
    [Workdir::new(&[]), Workdir::for_node(&new_database().await)]
}

#[tokio::test]
async fn migrate_down_is_refused_while_postgres_nodes_serve() {
    let workdir = Workdir::for_node(&new_database().await);
    let same_settings = workdir.same_settings();
    let (one, other) = (workdir.serve().await, same_settings.serve().await);
    let admin = one.admin().await;
    let ended = one.workdir().run(&["migrate", "down"]).await;
    assert!(!ended.success, "{ended:?}");
    assert!(ended.stderr.contains("2 nodes serve this database"), "{ended:?}");
    let status = one.workdir().cli(&["migrate", "status"]).await;
    assert!(!status.contains("pending"), "{status}");
    // Both nodes still work.
    let mut stream = admin.follow(&other).await;
    admin.api.create_task("Unharmed", admin.id).await;
    stream.notification().await;
    drop(stream);

    // The command waits for nodes that have just ended, in order or not.
    let workdir = one.stop().await;
    other.crash();
    workdir.cli(&["migrate", "down"]).await;
    // Down to nothing, including the table of nodes.
    let steps = workdir.cli(&["migrate", "status"]).await;
    let steps = steps.matches("applied").count().to_string();
    workdir.cli(&["migrate", "down", "--steps", &steps]).await;
    let status = workdir.cli(&["migrate", "status"]).await;
    assert!(!status.contains("applied"), "{status}");
    workdir.cli(&["migrate", "up"]).await;
    let status = workdir.cli(&["migrate", "status"]).await;
    assert!(status.contains("applied") && !status.contains("pending"), "{status}");
    workdir.serve().await.admin().await;
}

#[tokio::test]
async fn only_serve_and_migrate_change_a_schema_that_is_behind() {
    let commands: [&[&str]; 6] = [
        &["user", "create", "bob"],
        &["user", "list"],
        &["user", "set-password", "alice"],
        &["user", "deactivate", "alice"],
        &["token", "alice"],
        &["task", "create", "--assigned-to", "alice", "--title", "T", "--as", "alice"],
    ];
    for workdir in workdirs().await {
        workdir.cli(&["user", "create", "alice"]).await;
        workdir.cli(&["migrate", "down"]).await;
        let behind = workdir.cli(&["migrate", "status"]).await;
        assert_eq!(behind.matches("pending").count(), 1, "{behind}");
        for command in commands {
            let ended = workdir.run(command).await;
            assert!(!ended.success, "{command:?}: {ended:?}");
            assert!(ended.stderr.contains("run \"leopard migrate\""), "{command:?}: {ended:?}");
            assert_eq!(workdir.cli(&["migrate", "status"]).await, behind, "{command:?}");
        }
        let workdir = workdir.with("LEOPARD_MIGRATE_ON_START", "false");
        let ended = workdir.run(&["serve"]).await;
        assert!(!ended.success && ended.stderr.contains("leopard migrate"), "{ended:?}");
        let workdir = workdir.with("LEOPARD_MIGRATE_ON_START", "true").serve().await.stop().await;
        assert!(workdir.cli(&["user", "list"]).await.contains("alice"));
    }
}

#[tokio::test]
async fn first_user_can_be_created_before_the_first_start() {
    for workdir in workdirs().await {
        if workdir.database_url().starts_with("postgres") {
            let ended = workdir.run(&["user", "list"]).await;
            assert!(!ended.success && ended.stderr.contains("no schema yet"), "{ended:?}");
        }
        let by_hand = workdir.with("LEOPARD_MIGRATE_ON_START", "false");
        for command in [["serve"].as_slice(), &["user", "create", "alice"]] {
            let ended = by_hand.run(command).await;
            assert!(!ended.success && ended.stderr.contains("leopard migrate"), "{ended:?}");
        }
        let workdir = by_hand.with("LEOPARD_MIGRATE_ON_START", "true");
        workdir.cli(&["user", "create", "alice", "--staff"]).await;
        let leopard = workdir.serve().await;
        assert!(leopard.workdir().cli(&["user", "list"]).await.contains("alice"));
    }
}

#[tokio::test]
async fn missing_table_makes_a_node_unready() {
    is_unready_after("DROP TABLE node_streams", "node_streams").await;
}

#[tokio::test]
async fn missing_column_makes_a_node_unready() {
    is_unready_after("ALTER TABLE users DROP COLUMN first_name", "first_name").await;
}

async fn is_unready_after(statement: &str, missing: &str) {
    for workdir in workdirs().await {
        let leopard = workdir.serve().await;
        leopard.until_ready(200).await;
        execute(&leopard.workdir().database_url(), statement).await;
        leopard.until_ready(503).await.problem(503, "storage_unavailable");
        let line = leopard.until_logged("database unavailable", TIMEOUT).await;
        assert!(line.contains("ERROR") && line.contains(missing), "{line}");
    }
}
