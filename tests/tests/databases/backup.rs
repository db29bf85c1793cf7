//! A copy of the database that is made while the server serves, as the guide for operators says, is
//! whole; and after an older copy is put back, clients that saw more find their way.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::tool::Tool;
use leopard_tests::support::user::User;
use leopard_tests::support::workdir::Workdir;
use serde_json::json;
use std::path::Path;

/// What the guide says, of this database.
async fn back_up(leopard: &Leopard) {
    let sqlite = Tool::at(Path::new("/usr/bin/sqlite3")).within(leopard.workdir().path());
    let copy = ["leopard-data/leopard.db", ".backup backup.db"];
    sqlite.with(&copy).run_without_warning().await;
}

/// A working directory with that copy in place of its database, and with the same secret.
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
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for number in 1..=20 {
        admin.api.create_task(&format!("Task {number}"), admin.id).await;
    }
    // Others go on writing while it is made.
    let more = async {
        for number in 21..=60 {
            admin.api.create_task(&format!("Task {number}"), admin.id).await;
        }
    };
    tokio::join!(back_up(&leopard), more);
    let mut stream = leopard.stream().bearer(&admin.access).open().await;
    assert_eq!(stream.hello.cursor(), Some("60"));
    drop(stream);
    let lost = leopard.stop().await;

    let leopard = restored(&lost).serve().await;
    let admin = User { api: leopard.api(&admin.access), ..admin };
    let tasks = admin.api.get("/api/v1/tasks/?page_size=1").await.expect(200);
    let kept = tasks["count"].as_i64().expect("a count");
    assert!((20..=60).contains(&kept), "{kept}");
    let inbox = admin.api.get("/api/v1/notifications/").await.expect(200);
    assert_eq!(inbox["count"], kept, "a task and what was told of it stay together");

    // A browser that saw all 60 is told to read its inbox, and goes on from there.
    let resumed = leopard.stream().bearer(&admin.access).header("Last-Event-ID", "60");
    stream = resumed.open().await;
    let truncated = stream.next_of("replay_truncated").await;
    assert_eq!(truncated.data["missed"], json!(null));
    assert_eq!(truncated.cursor(), Some(kept.to_string().as_str()));
    admin.api.create_task("After the disaster", admin.id).await;
    let told = stream.notification().await;
    assert_eq!(told.cursor(), Some((kept + 1).to_string().as_str()));
}
