//! The workflow of a task, and its notifications.

use leopard_tests::fixtures::task_path;
use leopard_tests::support::{Leopard, Response, User};
use serde_json::{Value, json};

/// Three users, and a task of Alice for Bob with its path.
async fn start() -> (Leopard, User, User, User, String) {
    let (leopard, [alice, bob, carol]) = Leopard::with_users(&[], ["alice", "bob", "carol"]).await;
    let task = alice.api.create_task("Call the client", bob.id).await;
    let path = task_path(&task);
    (leopard, alice, bob, carol, path)
}

async fn act(user: &User, path: &str, action: &str) -> Response {
    user.api.post_empty(&format!("{path}{action}/")).await
}

async fn newest(user: &User) -> Value {
    user.api.inbox().await["results"][0].clone()
}

#[tokio::test]
async fn task_is_reassigned_until_completed() {
    let (_leopard, alice, bob, _, path) = start().await;
    let started = act(&bob, &path, "start").await.expect(200);
    assert_eq!(started["status"], "IN_PROGRESS");
    assert_eq!(started["status_display"], "In Progress");
    assert_eq!(started["updated_by_name"], "bob");
    let again = act(&bob, &path, "start").await.expect(200);
    assert_eq!(again, started, "a repeated action changes nothing");

    let done = act(&bob, &path, "complete").await.expect(200);
    assert_eq!(done["status"], "COMPLETED");
    assert_eq!(done["completed_at"], done["updated_at"]);
    let notification = newest(&alice).await;
    assert_eq!(notification["notification_type"], "TASK_COMPLETED");
    assert_eq!(notification["title"], "Task Completed: Call the client");
    assert_eq!(notification["meta_info"], json!({"task_id": done["id"], "priority": "HIGH"}));

    let reopened = act(&alice, &path, "reopen").await.expect(200);
    assert_eq!(reopened["status"], "PENDING");
    assert_eq!(reopened["completed_at"], Value::Null);
    let cancelled = act(&alice, &path, "cancel").await.expect(200);
    assert_eq!(cancelled["status"], "CANCELLED");
    assert_eq!(newest(&alice).await, notification, "own actions notify no user");
}

#[tokio::test]
async fn impossible_status_change_is_a_conflict() {
    let (_leopard, alice, bob, _, path) = start().await;
    act(&bob, &path, "complete").await.expect(200);
    for action in ["start", "cancel"] {
        let refused = act(&bob, &path, action).await;
        refused.problem(409, "invalid_transition");
    }
    act(&bob, &path, "reopen").await.expect(200);
    act(&bob, &path, "start").await.expect(200);
    act(&bob, &path, "reopen").await.problem(409, "invalid_transition");
    let overdue = alice.api.patch(&path, json!({"status": "OVERDUE"})).await;
    overdue.problem(409, "invalid_transition");
    act(&bob, &path, "claim").await.problem(404, "not_found");
}

#[tokio::test]
async fn patch_distinguishes_absent_from_null() {
    let (leopard, alice, bob, _, path) = start().await;
    let linked = json!({"linked_entity_type": "client", "linked_entity_id": 7, "tags": ["a"]});
    let task = alice.api.patch(&path, linked).await.expect(200);
    assert_eq!(task["linked_entity_type"], "client");
    let same = alice.api.patch(&path, json!({})).await.expect(200);
    assert_eq!(same, task);
    let none = json!({
        "linked_entity_type": null, "linked_entity_id": null, "assigned_to": null, "tags": [],
    });
    let task = alice.api.patch(&path, none).await.expect(200);
    for field in ["linked_entity_type", "linked_entity_id", "assigned_to"] {
        assert_eq!(task[field], Value::Null, "{field}");
    }
    assert_eq!(task["tags"], json!([]));
    assert_eq!(task["title"], "Call the client");
    let gone = bob.api.get(&path).await;
    gone.problem(404, "not_found");
    let staff = leopard.admin().await;
    staff.api.get(&path).await.expect(200);
}

#[tokio::test]
async fn task_as_read_is_a_valid_put_body() {
    let (_leopard, alice, bob, _, path) = start().await;
    let read = bob.api.get(&path).await.expect(200);
    let mut changed = read.clone();
    changed["title"] = json!("Call them");
    let put = bob.api.put(&path, changed).await;
    let put = put.expect(200);
    assert_eq!(put["title"], "Call them");
    for field in ["detail", "assigned_to", "assigned_by", "status", "due_date"] {
        assert_eq!(put[field], read[field], "{field}");
    }
    let missing = alice.api.put(&path, json!({})).await;
    let errors = &missing.problem(400, "invalid")["errors"];
    let required = json!(["This field is required."]);
    assert_eq!(errors, &json!({"title": required}));
}

#[tokio::test]
async fn if_match_is_enforced() {
    let (_leopard, alice, bob, _, path) = start().await;
    let read = alice.api.get(&path).await;
    let first = read.header("ETag").to_owned();
    assert!(first.starts_with('"'), "{first}");
    let conditional = |header: &'static str, tag: &str, method: &str| {
        let request = alice.api.request(method, &path).header(header, tag);
        Response::of(if method == "PATCH" {
            request.json(&json!({"priority": "LOW"}))
        } else {
            request
        })
    };
    let known = conditional("If-None-Match", &first, "GET").await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    assert_eq!(known.header("ETag"), first);

    bob.api.post(&format!("{path}add_comment/"), json!({"comment": "Yes."})).await.expect(200);
    let changed = conditional("If-None-Match", &first, "GET").await;
    let second = changed.header("ETag").to_owned();
    changed.expect(200);
    assert_ne!(second, first, "a comment raises the version");

    for (method, header) in [("PATCH", "If-Match"), ("DELETE", "If-Match")] {
        let late = conditional(header, &first, method).await;
        late.problem(412, "precondition_failed");
    }
    let say = |tag: &str| {
        let path = format!("{path}add_comment/");
        let request = bob.api.request("POST", &path).header("If-Match", tag);
        Response::of(request.json(&json!({"comment": "Still?"})))
    };
    say(&first).await.problem(412, "precondition_failed");
    let said = say(&second).await;
    let third = said.header("ETag").to_owned();
    assert_eq!(said.expect(200)["comments"][1]["text"], "Still?");
    let in_time = conditional("If-Match", &third, "PATCH").await;
    assert_ne!(in_time.header("ETag"), third);
    assert_eq!(in_time.expect(200)["priority"], "LOW");
    let any = conditional("If-Match", "*", "DELETE").await;
    assert_eq!(any.status, 204);
}

#[tokio::test]
async fn new_assignee_is_notified_at_once() {
    let (leopard, alice, bob, carol, path) = start().await;
    let mut stream = carol.follow(&leopard).await;
    let body = json!({"assigned_to": carol.id});
    let task = bob.api.post(&format!("{path}assign/"), body).await;
    let task = task.expect(200);
    assert_eq!(task["assigned_to_name"], "carol");
    let event = stream.notification().await.data;
    assert_eq!(event["notification_type"], "TASK_ASSIGNED");
    assert_eq!(event["title"], "Task Assigned: Call the client");
    assert_eq!(event["message"], "A new high priority task has been assigned to you.");
    let task = alice.api.patch(&path, json!({"assigned_to": bob.id})).await;
    assert_eq!(task.expect(200)["assigned_to"], bob.id);
    assert_eq!(newest(&bob).await["title"], "Task Assigned: Call the client");
    carol.api.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn assigner_is_kept_and_notified() {
    let (leopard, alice, bob, _, path) = start().await;
    let mine = bob.api.patch(&path, json!({"assigned_by": bob.id})).await;
    mine.problem(403, "permission_denied");
    let hers = json!({"assigned_by": alice.id, "status": "COMPLETED"});
    bob.api.patch(&path, hers).await.expect(200);
    let notification = newest(&alice).await;
    assert_eq!(notification["notification_type"], "TASK_COMPLETED");
    let staff = leopard.admin().await;
    let task = staff.api.patch(&path, json!({"assigned_by": bob.id})).await;
    assert_eq!(task.expect(200)["assigned_by_name"], "bob");
}

#[tokio::test]
async fn deleted_task_keeps_its_notifications() {
    let (_leopard, alice, bob, _, path) = start().await;
    bob.api.delete(&path).await.problem(403, "permission_denied");
    let deleted = alice.api.delete(&path).await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    alice.api.get(&path).await.problem(404, "not_found");
    alice.api.delete(&path).await.problem(404, "not_found");
    let notification = newest(&bob).await;
    assert_eq!(notification["title"], "New Task Assigned: Call the client");
}
