//! A disk that is full for a while.

use std::fs;

use futures_util::future::join_all;
use leopard_tests::fixtures::{task_body, task_path};
use leopard_tests::support::{Leopard, User, Workdir};
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::{Value, json};

/// Limits the size of the files that the server writes from now on.
fn limit_files(leopard: &Leopard, bytes: Option<u64>) {
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(Some(leopard.process()), Resource::Fsize, limit).expect("a limit");
}

async fn make(user: &User, title: &str, detail: &str) -> (u16, Value) {
    let mut task = task_body(title, user.id);
    task["detail"] = json!(detail);
    let response = user.api.post("/api/v1/tasks/", task).await;
    (response.status, response.json())
}

#[tokio::test]
async fn full_disk_loses_no_acknowledged_change() {
    // Without the signal, a write beyond the limit fails as on a full disk.
    let workdir = Workdir::new(&[]).after("trap '' XFSZ");
    let leopard = workdir.serve().await;
    let admin = leopard.admin().await;
    let mut acknowledged = vec![make(&admin, "Before", "x").await];

    let log = leopard.workdir().path().join("leopard-data/leopard.db-wal");
    let size = fs::metadata(&log).expect("a write-ahead log").len();
    limit_files(&leopard, Some(size + 30_000));
    let mut refused = 0;
    let large = "x".repeat(19_000);
    // First one by one, then several that share a transaction.
    for at_once in [1, 1, 1, 1, 8, 8] {
        let makers = (0..at_once).map(|_| make(&admin, "Meanwhile", &large));
        for response in join_all(makers).await {
            match response.0 {
                201 => acknowledged.push(response),
                503 => refused += 1,
                other => panic!("{other}: {}", response.1),
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
        assert_eq!(again.get(&task_path(&task)).await.expect(200)["title"], task["title"]);
    }
}
