//! Responses of the operations in normal operation and while the storage is unavailable.
use crate::support::{TestApi, json, no_users, problem, unchanged_notifications};
use leopard_core::Failure;
use leopard_core::port::MockNotificationTypeRepository;
use serde_json::json;

#[tokio::test]
async fn task_response_has_every_member() {
    let client = TestApi::default().ann();
    let response = client.get("/api/v1/tasks/5/").send().await;
    response.assert_status_is_ok();
    assert_eq!(
        json(response).await,
        json!({
            "id": 5, "title": "Call", "detail": "Now",
            "priority": "HIGH", "priority_display": "High",
            "status": "PENDING", "status_display": "Pending",
            "due_date": "2025-12-06T05:46:40Z", "is_overdue": true,
            "assigned_to": 1, "assigned_to_name": "ann", "assigned_to_full_name": "Ann Hill",
            "assigned_by": 9, "assigned_by_name": null, "assigned_by_full_name": null,
            "created_by": 1, "created_by_name": "ann", "created_by_full_name": "Ann Hill",
            "updated_by": 1, "updated_by_name": "ann", "updated_by_full_name": "Ann Hill",
            "tags": ["red"], "comment_count": 0, "comments": [],
            "linked_entity_type": null, "linked_entity_id": null, "completed_at": null,
            "created_at": "2025-12-08T09:30:00.123456Z",
            "updated_at": "2025-12-08T09:30:00.123456Z",
        })
    );
}

#[tokio::test]
async fn task_is_created_at_both_paths_without_trailing_slash() {
    let client = TestApi::default().ann();
    for path in ["/api/v1/tasks/", "/api/v1/tasks", "/api/v1/tasks/create/", "/api/v1/tasks/create"]
    {
        let body = json!({
            "title": " T ", "detail": "D", "due_date": "2025-12-10T12:00:00+01:00",
            "assigned_to": null, "linked_entity_type": "client", "linked_entity_id": 7,
        });
        let response = client.post(path).body_json(&body).send().await;
        assert_eq!(response.0.status(), 201);
        response.assert_header("location", "http://leopard.example/api/v1/tasks/6/");
        let task = json(response).await;
        assert_eq!(task["id"], 6);
        assert_eq!(task["title"], " T ");
        assert_eq!(task["priority"], "MEDIUM");
        assert_eq!(task["due_date"], "2025-12-10T11:00:00Z");
        assert_eq!(task["assigned_by_name"], "ann");
        assert_eq!(task["linked_entity_type"], "client");
    }
}

#[tokio::test]
async fn page_has_count_and_absolute_links() {
    let client = TestApi::default().ann();
    let request = client.get("/api/v1/tasks/?all_tasks=TRUE&page=2&page_size=1");
    let list = json(request.header("Host", "example.com").send().await).await;
    let url = "http://example.com/api/v1/tasks/?all_tasks=TRUE&page_size=1";
    assert_eq!(list["count"], 3);
    assert_eq!(list["next"], format!("{url}&page=3"));
    assert_eq!(list["previous"], url);
    assert_eq!(list["results"][0]["id"], 5);
}

#[tokio::test]
async fn inbox_lists_counts_marks_and_deletes() {
    let client = TestApi::default().ann();
    let get = async |path: &str| json(client.get(path).send().await).await;
    let list = get("/api/v1/notifications/?include_read=0&type=TASK_ASSIGNED&after=0").await;
    assert_eq!(list["results"][0], get("/api/v1/notifications/8/").await);
    assert_eq!(
        get("/api/v1/notifications/8/").await,
        json!({
            "id": 8, "sequence": 41, "notification_type": "TASK_ASSIGNED",
            "notification_type_display": "Task Assigned", "assigned_to": 1,
            "title": "New Task Assigned: Call",
            "message": "A new high priority task has been assigned to you.",
            "url": null, "due_date": null, "meta_info": { "task_id": 5, "priority": "HIGH" },
            "read": false, "read_at": null, "is_completed": false, "is_overdue": false,
            "created_at": "2025-12-08T09:30:00.123456Z",
            "updated_at": "2025-12-08T09:30:00.123456Z",
        })
    );
    let unread = get("/api/v1/notifications/unread_count/").await;
    assert_eq!(unread, json!({ "unread_count": 3 }));

    let deleted = client.delete("/api/v1/notifications/8/").send().await;
    assert_eq!(deleted.0.status(), 204);
    deleted.assert_text("").await;
}

#[tokio::test]
async fn action_without_body_accepts_any() {
    let client = TestApi::default().ann();
    for path in ["/api/v1/notifications/8/mark_read/", "/api/v1/notifications/mark_all_read/"] {
        for body in ["", "{}"] {
            for content_type in ["text/plain", "application/json"] {
                let request = client.post(path).header("Content-Type", content_type).body(body);
                request.send().await.assert_status_is_ok();
            }
        }
    }
    let marked = client
        .post("/api/v1/notifications/bulk_mark_read/")
        .body_json(&json!({ "notification_ids": [8, 8] }));
    assert_eq!(json(marked.send().await).await, json!({ "marked_read_count": 1 }));
}

#[tokio::test]
async fn unavailable_storage_is_503_without_details() {
    let client = TestApi { users: no_users(), ..TestApi::default() }.ann();
    let response = client.get("/api/v1/tasks/").send().await;
    assert_eq!(response.0.headers()["retry-after"], "5");
    let problem = problem(response, 503, "storage_unavailable").await;
    assert!(!problem.to_string().contains("secret"));
}

#[tokio::test]
async fn request_that_fails_for_its_response_changes_nothing() {
    let mut notification_types = MockNotificationTypeRepository::new();
    let away = || Err(Failure::Unavailable("secret".to_owned()));
    notification_types.expect_catalog().returning(away);
    let notifications = unchanged_notifications();
    let client = TestApi { notifications, notification_types, ..TestApi::default() }.ann();
    let response = client.post("/api/v1/notifications/8/mark_read/").send().await;
    problem(response, 503, "storage_unavailable").await;
}
