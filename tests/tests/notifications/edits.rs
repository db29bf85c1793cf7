//! Edits of notifications: read, unread and completed, on several devices.

use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Response, User};
use serde_json::{Value, json};

const PUT_AND_PATCH: [&str; 2] = ["PUT", "PATCH"];

/// A user with one notification, and the path that changes it.
async fn scene() -> (Leopard, User, String) {
    let (leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    alice.api.create_task("Task", alice.id).await;
    let inbox = alice.api.inbox().await;
    let id = &inbox["results"][0]["id"];
    let path = format!("/api/v1/notifications/{id}/update_notification/");
    (leopard, alice, path)
}

async fn change(user: &User, method: &str, path: &str, body: Value) -> Response {
    Response::of(user.api.request(method, path).json(&body)).await
}

#[tokio::test]
async fn unread_again_is_counted_on_all_devices() {
    let (leopard, alice, path) = scene().await;
    let mut devices = [alice.follow(&leopard).await, alice.follow(&leopard).await];
    for method in PUT_AND_PATCH {
        let read = change(&alice, method, &path, json!({"read": true})).await;
        let read = read.expect(200);
        assert_eq!(read["read"], true);
        assert_eq!(alice.api.unread_count().await, 0);
        let again = change(&alice, method, &path, json!({"read": true})).await;
        assert_eq!(again.expect(200), read, "reading twice changes nothing");

        let unread_again = change(&alice, method, &path, json!({"read": false})).await;
        let unread_again = unread_again.expect(200);
        assert_eq!(unread_again["read_at"], Value::Null);
        assert_eq!(alice.api.unread_count().await, 1);
        for device in &mut devices {
            let events = [
                device.next_of("unread_count_update").await,
                device.next_of("unread_count_update").await,
            ];
            let counts = events.map(|event| event.data["unread_count"].clone());
            assert_eq!(counts, [json!(0), json!(1)], "by {method}");
        }
    }
}

#[tokio::test]
async fn completed_notification_is_not_overdue() {
    let (_leopard, alice, path) = scene().await;
    let overdue = async || {
        let path = "/api/v1/notifications/overdue/";
        let found = alice.api.get(path).await.expect(200);
        let titles = found.as_array().expect("a bare array").iter();
        titles.map(|one| one["title"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(overdue().await, [""; 0]);
    for (title, due) in [("Late", "2024-05-01"), ("Later", "2024-01-01")] {
        let mut task = task_body(title, alice.id);
        task["due_date"] = json!(format!("{due}T00:00:00Z"));
        alice.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    let both = ["New Task Assigned: Later", "New Task Assigned: Late"];
    assert_eq!(overdue().await, both);

    let inbox = alice.api.inbox().await;
    let late = &inbox["results"][1];
    assert_eq!((&late["title"], &late["is_overdue"]), (&json!(both[1]), &json!(true)));
    let late = format!("/api/v1/notifications/{}/update_notification/", late["id"]);
    let done = change(&alice, "PATCH", &late, json!({"is_completed": true})).await;
    let done = done.expect(200);
    assert_eq!((&done["is_completed"], &done["is_overdue"]), (&json!(true), &json!(false)));
    assert_eq!(done["read"], false, "what is not named stays");
    assert_eq!(overdue().await, both[..1]);
    assert_eq!(alice.api.unread_count().await, 3);

    let undone = change(&alice, "PUT", &late, json!({"is_completed": false})).await;
    assert_eq!(undone.expect(200)["is_overdue"], true);
    let nothing = change(&alice, "PATCH", &path, json!({})).await.expect(200);
    assert_eq!(nothing["updated_at"], nothing["created_at"]);
}
