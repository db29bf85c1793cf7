//! New tasks: refusals that depend on other users, and unusual values that are accepted.

use leopard_tests::support::{Leopard, TIMEOUT, until};
use serde_json::{Value, json};

const TASKS: [&str; 2] = ["/api/v1/tasks/", "/api/v1/tasks/create/"];

/// An accepted task with this member.
fn task_with(member: &str, value: Value) -> Value {
    let mut task = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
    task[member] = value;
    task
}

#[tokio::test]
async fn inactive_assignee_and_other_assigner_are_refused() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    for path in TASKS {
        let body = task_with("assigned_by", json!(bob.id));
        let response = alice.api.post(path, body).await;
        let problem = response.problem(403, "permission_denied");
        let detail = "You do not have permission to perform this action.";
        assert_eq!(problem["detail"], detail);
    }
    leopard.workdir().cli(&["user", "deactivate", "bob"]).await;
    // Another process did that: this one may have Bob in its cache.
    let bobs_task = task_with("assigned_to", json!(bob.id));
    until("a task for bob is refused", TIMEOUT, async || {
        let response = alice.api.post(TASKS[0], bobs_task.clone()).await;
        (response.status != 201).then_some(())
    })
    .await;
    let message = format!("Invalid pk \"{}\" - object does not exist.", bob.id);
    for path in TASKS {
        let refused = alice.api.post(path, bobs_task.clone()).await;
        let errors = &refused.problem(400, "invalid")["errors"];
        assert_eq!(*errors, json!({"assigned_to": [message]}));
    }
}

#[tokio::test]
async fn description_is_optional() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let date = json!("2035-01-01T00:00:00Z");
    let mut path = String::new();
    for create in TASKS {
        let made = admin.api.post(create, json!({"title": "T", "due_date": date})).await;
        let made = made.expect(201);
        assert_eq!(made["detail"], "");
        path = format!("/api/v1/tasks/{}/", made["id"]);
        assert_eq!(admin.api.get(&path).await.expect(200)["detail"], "");
        let blank = admin.api.post(create, task_with("detail", json!(""))).await;
        assert_eq!(blank.expect(201)["detail"], "");
    }
    let described = admin.api.patch(&path, json!({"detail": "D"})).await;
    assert_eq!(described.expect(200)["detail"], "D");
    // A PUT keeps optional fields that it omits.
    let replacement = json!({"title": "T", "due_date": date});
    assert_eq!(admin.api.put(&path, replacement).await.expect(200)["detail"], "D");
    let cleared = json!({"title": "T", "due_date": date, "detail": ""});
    assert_eq!(admin.api.put(&path, cleared).await.expect(200)["detail"], "");
    let found = admin.api.get("/api/v1/tasks/?all_tasks=true&search=t").await.expect(200);
    assert_eq!(found["count"], 4);
}

#[tokio::test]
async fn unusual_and_longest_values_are_accepted() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let body = json!({
        "title": "  spaces, \u{1F406} and \u{200F}marks stay \r\n",
        "detail": "<script>alert(1)</script>",
        "due_date": "2035-01-01T02:30:00.5+02:30",
        "priority": "URGENT",
        "assigned_to": null,
        "tags": [],
        "linked_entity_type": null,
        "linked_entity_id": null,
        "unknown member": {"deep": [1, 2, 3]},
    });
    let made = admin.api.post(TASKS[0], body.clone()).await.expect(201);
    for field in ["title", "detail", "priority", "assigned_to", "tags"] {
        assert_eq!(made[field], body[field]);
    }
    assert_eq!(made["due_date"], "2035-01-01T00:00:00.500000Z");
    let local = task_with("due_date", json!("2035-01-01T12:00"));
    let made = admin.api.post(TASKS[0], local).await.expect(201);
    assert_eq!(made["due_date"], "2035-01-01T12:00:00Z");
    let past = task_with("due_date", json!("2001-01-01T00:00:00Z"));
    let made = admin.api.post(TASKS[0], past).await.expect(201);
    assert_eq!(made["is_overdue"], true);
    for path in TASKS {
        for (field, max) in [("title", 200), ("detail", 20_000)] {
            let longest = json!("日".repeat(max));
            let made = admin.api.post(path, task_with(field, longest.clone())).await;
            assert_eq!(made.expect(201)[field], longest);
        }
    }
}
