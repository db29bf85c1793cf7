//! A backup that is made under load, as `docs/operations.md` describes it, is complete; after it is
//! restored, clients that saw newer events resume.

use leopard_tests::support::{Leopard, User, Workdir};
use serde_json::json;

/// A working directory with the backup as its database, and with the same secret.
fn restored(workdir: &Workdir) -> Workdir {
    let same_settings = workdir.same_settings();
    let folder = same_settings.path().join("leopard-data");
    std::fs::create_dir(&folder).expect("a folder");
    for (from, to) in [("backup.db", "leopard.db"), ("leopard-data/jwt-secret", "jwt-secret")] {
        std::fs::copy(workdir.path().join(from), folder.join(to)).expect("a copy");
    }
    same_settings
}

#[tokio::test]
async fn backup_under_load_is_complete_and_can_be_restored() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_tasks(20, admin.id).await;
    let backup = leopard.workdir().sqlite3(".backup backup.db");
    tokio::join!(backup, admin.api.create_tasks(40, admin.id));
    let mut stream = leopard.stream().bearer(&admin.access).open().await;
    assert_eq!(stream.hello.id, Some(60));
    drop(stream);
    let lost = leopard.stop().await;

    let leopard = restored(&lost).serve().await;
    let admin = User { api: leopard.api(&admin.access), ..admin };
    let tasks = admin.api.get("/api/v1/tasks/?page_size=1").await.expect(200);
    let kept = tasks["count"].as_i64().expect("a count");
    assert!((20..=60).contains(&kept), "{kept}");
    assert_eq!(admin.api.inbox().await["count"], kept, "each task has its notification");

    // A client that saw all 60 has to read the inbox, and then gets new events.
    let resumed = leopard.stream().bearer(&admin.access).header("Last-Event-ID", "60");
    stream = resumed.open().await;
    let truncated = stream.next_of("replay_truncated").await;
    assert_eq!(truncated.data["missed"], json!(null));
    assert_eq!(truncated.id, Some(kept));
    admin.api.create_task("After the disaster", admin.id).await;
    assert_eq!(stream.notification().await.id, Some(kept + 1));
}
