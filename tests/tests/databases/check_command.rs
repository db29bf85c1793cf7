//! `leopard check` on sound and damaged databases, and on copies of them.

use std::fs;

use leopard_tests::support::{Leopard, Workdir, new_database};
use serde_json::Value;

/// The size of a page of SQLite.
const PAGE: usize = 4_096;

/// The exit code and the report of `leopard check --json` on a file in this working directory.
async fn check(workdir: &Workdir, file: &str) -> (Option<i32>, Value) {
    let url = format!("sqlite://{file}");
    let ended = workdir.run(&["check", "--json", "--database-url", &url]).await;
    let report = serde_json::from_str(&ended.stdout);
    let report: Value = report.unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    (ended.code, report)
}

fn finding<'a>(report: &'a Value, check: &str) -> &'a Value {
    let mut findings = report["findings"].as_array().expect("findings").iter();
    let found = findings.find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("no check {check}: {report}"))
}

/// The working directory of a stopped server, with tasks in its database.
async fn workdir_with_tasks() -> Workdir {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_tasks(50, admin.id).await;
    leopard.stop().await
}

#[tokio::test]
async fn check_accepts_a_live_database_and_a_backup() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_task("One", admin.id).await;
    let workdir = leopard.workdir();
    let output = workdir.cli(&["check"]).await;
    assert!(output.contains("quick_check finds no damage"), "{output}");
    assert!(output.contains("0 problems, 0 warnings"), "{output}");
    admin.api.create_task("Two", admin.id).await;

    workdir.sqlite3(".backup backup.db").await;
    let before = fs::read(workdir.path().join("backup.db")).unwrap();
    let (code, report) = check(workdir, "backup.db").await;
    assert_eq!(code, Some(0), "{report}");
    for check in ["integrity", "schema"] {
        assert_eq!(finding(&report, check)["status"], "ok", "{report}");
    }
    let names = fs::read_dir(workdir.path()).unwrap().flatten();
    let names = names.map(|file| file.file_name().into_string().unwrap());
    let beside: Vec<_> = names.filter(|name| name.starts_with("backup.db")).collect();
    assert_eq!(beside, ["backup.db"], "nothing is left beside it");
    assert_eq!(fs::read(workdir.path().join("backup.db")).unwrap(), before);
}

#[tokio::test]
async fn damaged_backup_is_detected() {
    let workdir = workdir_with_tasks().await;
    let mut bytes = fs::read(workdir.path().join("leopard-data/leopard.db")).unwrap();
    assert!(bytes.len() > 20 * PAGE, "there is something to damage");
    // Every page but the first ones, which hold the schema.
    bytes[10 * PAGE..].fill(0xa5);
    fs::write(workdir.path().join("damaged.db"), &bytes).unwrap();
    let (code, report) = check(&workdir, "damaged.db").await;
    assert_eq!(code, Some(1), "{report}");
    let integrity = finding(&report, "integrity");
    assert_eq!(integrity["status"], "problem", "{report}");
    let remedy = integrity["remedy"].as_str().unwrap();
    assert!(remedy.contains("restore a backup"), "{remedy}");

    bytes.truncate(PAGE);
    fs::write(workdir.path().join("cut.db"), &bytes).unwrap();
    fs::write(workdir.path().join("other.db"), "not a database at all ".repeat(500)).unwrap();
    for file in ["cut.db", "other.db"] {
        let (code, report) = check(&workdir, file).await;
        assert_eq!(code, Some(1), "{file}: {report}");
    }
    let ended = workdir.run(&["check", "--database-url", "sqlite://damaged.db"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("problem      integrity: "), "{ended:?}");
}

#[tokio::test]
async fn check_reports_a_missing_file_and_an_older_schema() {
    let workdir = workdir_with_tasks().await;
    let none = workdir.run(&["check", "--database-url", "sqlite://none.db"]).await;
    assert!(none.code == Some(1) && none.stderr.contains("there is no none.db"), "{none:?}");
    assert!(!workdir.path().join("none.db").exists(), "it is not created");

    // An older schema is no damage: the next start migrates it.
    workdir.cli(&["migrate", "down"]).await;
    let (code, report) = check(&workdir, "leopard-data/leopard.db").await;
    assert_eq!(code, Some(0), "{report}");
    assert_eq!(finding(&report, "schema")["status"], "warning", "{report}");
    workdir.cli(&["migrate"]).await;

    workdir.sqlite3("DROP TABLE node_streams").await;
    let (code, report) = check(&workdir, "leopard-data/leopard.db").await;
    assert_eq!(code, Some(1), "{report}");
    let schema = finding(&report, "schema")["detail"].as_str().unwrap();
    assert!(schema.contains("node_streams"), "{schema}");
}

#[tokio::test]
async fn check_verifies_postgres_connection_and_schema() {
    let leopard = Workdir::for_node(&new_database().await).serve().await;
    let output = leopard.workdir().cli(&["check"]).await;
    assert!(output.contains("schema: all") && output.contains("0 problems"), "{output}");

    let nowhere = "postgres://leopard:hunter2@localhost/x?host=/nowhere";
    let ended = Workdir::for_node(nowhere).run(&["check"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("problem      database: "), "{ended:?}");
    assert!(!ended.stdout.contains("hunter2") && !ended.stderr.contains("hunter2"), "{ended:?}");
}
