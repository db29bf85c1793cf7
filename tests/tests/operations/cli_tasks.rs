//! Tasks that the command line creates.

use leopard_tests::support::workdir::CommandOutput;
use leopard_tests::support::{Leopard, Workdir, assigned};

/// Creates a task for Alice with these flags.
async fn create(workdir: &Workdir, flags: &[&str]) -> CommandOutput {
    let command = ["task", "create", "--assigned-to", "alice", "--title", "By hand"];
    workdir.run(&[command.as_slice(), flags].concat()).await
}

#[tokio::test]
async fn task_of_the_command_line_reaches_open_streams() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let mut stream = alice.follow(&leopard).await;
    assert!(create(leopard.workdir(), &[]).await.success);
    let seen = stream.notification().await;
    assert_eq!(seen.data["title"], "New Task Assigned: By hand");
    assert_eq!(seen.data["message"], "A new medium priority task has been assigned to you.");

    let more = ["--priority", "URGENT", "--due", "2035-12-10T12:00:00Z", "--count", "3"];
    assert!(create(leopard.workdir(), &more).await.success);
    assert_eq!(stream.notifications(3).await, [2, 3, 4].map(|cursor| assigned(cursor, "By hand")));

    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    let newest = &tasks["results"][0];
    assert_eq!(newest["due_date"], "2035-12-10T12:00:00Z");
    assert_eq!(newest["priority"], "URGENT");
    assert_eq!(newest["detail"], "By hand");
    assert_eq!(newest["assigned_by"], admin.id);
}

#[tokio::test]
async fn task_create_command_prints_and_attributes_the_task() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    let flags = ["--as", "bob", "--detail", "With care", "--due", "2035-12-10T12:00"];
    let ended = create(leopard.workdir(), &flags).await;
    assert!(ended.success, "{ended:?}");
    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    let task = &tasks["results"][0];
    assert_eq!(task["detail"], "With care");
    assert_eq!(task["due_date"], "2035-12-10T12:00:00Z");
    for role in ["assigned_by", "created_by"] {
        assert_eq!(task[role], bob.id, "{role}: {task}");
    }
}

#[tokio::test]
async fn due_date_out_of_range_is_refused() {
    let (leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    for wrong in [
        "+4294967d",
        "+4294967295w",
        "2035-12-10T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "2035-12-10",
    ] {
        let ended = create(leopard.workdir(), &["--due", wrong]).await;
        assert!(!ended.success && ended.stderr.contains(wrong), "{ended:?}");
    }
    for bound in ["none", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let ended = create(leopard.workdir(), &["--due", bound]).await;
        assert!(ended.success, "{ended:?}");
    }
    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    let dates = [0, 1, 2].map(|number| tasks["results"][number]["due_date"].as_str());
    assert_eq!(dates, [Some("9999-12-31T23:59:59Z"), Some("0001-01-01T00:00:00Z"), None]);
}
