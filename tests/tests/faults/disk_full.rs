//! A disk that is full for a while.

use std::fs;

use futures_util::future::join_all;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::user::User;
use leopard_tests::support::workdir::Workdir;
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::{Value, json};

/// The most bytes that the server may write into one file from now on.
fn limit_files(leopard: &Leopard, bytes: Option<u64>) {
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(Some(leopard.process()), Resource::Fsize, limit).expect("a limit");
}

async fn make(user: &User, title: &str, detail: &str) -> (u16, Value) {
    let task = json!({
        "title": title,
        "detail": detail,
        "due_date": "2030-01-01T00:00:00Z",
        "assigned_to": user.id,
    });
    let answer = user.api.post("/api/v1/tasks/", task).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn full_disk_loses_no_acknowledged_change() {
    // A write beyond the limit is then an error, as on a full disk, and no deadly signal.
    let workdir = Workdir::new(&[]).after("trap '' XFSZ");
    let leopard = workdir.serve().await;
    let admin = leopard.admin().await;
    let mut acknowledged = vec![make(&admin, "Before", "x").await];

    let log = leopard.workdir().path().join("leopard-data/leopard.db-wal");
    let size = fs::metadata(&log).expect("a write-ahead log").len();
    limit_files(&leopard, Some(size + 30_000));
    let mut refused = 0;
    let large = "x".repeat(19_000);
    // One after the other, and then many at once, which share transactions.
    for at_once in [1, 1, 1, 1, 8, 8] {
        let makers = (0..at_once).map(|_| make(&admin, "Meanwhile", &large));
        for answer in join_all(makers).await {
            match answer.0 {
                201 => acknowledged.push(answer),
                503 => refused += 1,
                other => panic!("{other}: {}", answer.1),
            }
        }
    }
    assert!(refused > 8, "the disk was not full");
    limit_files(&leopard, None);
    for _ in 0..3 {
        acknowledged.push(make(&admin, "Afterwards", "x").await);
    }

    let leopard = leopard.crash().serve().await;
    let again = leopard.api(&admin.access);
    for (status, task) in acknowledged {
        assert_eq!(status, 201, "{task}");
        let path = format!("/api/v1/tasks/{}/", task["id"]);
        assert_eq!(again.get(&path).await.expect(200)["title"], task["title"]);
    }
}
