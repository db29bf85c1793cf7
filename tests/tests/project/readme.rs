//! The guide in a terminal: the real binary and the real `curl`.

use leopard_tests::fixtures::credentials;
use leopard_tests::support::Leopard;
use leopard_tests::support::curl::{CurlStream, curl};
use leopard_tests::support::tester_page::TesterPage;
use serde_json::{Value, json};

/// A server with frequent heartbeats.
async fn leopard() -> Leopard {
    Leopard::start(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).await
}

/// A POST of JSON as the guide writes it.
async fn post_by_curl(url: &str, headers: &[&str], body: &Value) -> Value {
    let mut arguments = vec!["-X", "POST", url, "-H", "Content-Type: application/json"];
    for header in headers {
        arguments.extend(["-H", header]);
    }
    let body = body.to_string();
    arguments.extend(["-d", &body]);
    serde_json::from_str(&curl(&arguments).await).unwrap()
}

/// Step 2 of the guide.
async fn token_by_curl(leopard: &Leopard) -> String {
    let body = credentials("admin", &leopard.admin_password());
    let pair = post_by_curl(&leopard.url("/api/token/"), &[], &body).await;
    assert!(pair["refresh"].is_string(), "{pair}");
    pair["access"].as_str().unwrap().to_owned()
}

/// Step 5 of the guide, with its own body.
async fn task_by_curl(leopard: &Leopard, token: &str, title: &str, assigned_to: i64) -> Value {
    let body = json!({
        "title": title,
        "detail": "This task will trigger a real-time notification",
        "assigned_to": assigned_to,
        "due_date": "2025-12-10T12:00:00Z",
        "priority": "HIGH"
    });
    let bearer = format!("Authorization: Bearer {token}");
    post_by_curl(&leopard.url("/api/v1/tasks/create/"), &[&bearer], &body).await
}

/// Step 4 of the guide.
fn stream_by_curl(leopard: &Leopard, token: &str) -> CurlStream {
    CurlStream::start(&[
        "-H",
        &format!("Authorization: Bearer {token}"),
        &leopard.url("/api/v1/notifications/stream/"),
    ])
}

#[tokio::test]
async fn architecture_checklist_holds() {
    // Server starts without errors
    let leopard = leopard().await;
    // Can get JWT token via `/api/token/`
    let token = token_by_curl(&leopard).await;
    // SSE connection establishes successfully
    let mut stream = stream_by_curl(&leopard, &token);
    let hello = stream.until("connection_established", 1).await.remove(0);
    assert_eq!(hello["message"], "SSE connection established");
    let user = hello["user_id"].as_i64().unwrap();
    // Heartbeat messages appear every 30 seconds (here: every second)
    let heartbeats = stream.until("heartbeat", 2).await;
    assert!(heartbeats[0]["timestamp"].is_string(), "{heartbeats:?}");
    // Creating a task triggers immediate notification
    // Notification appears in SSE stream
    let task = task_by_curl(&leopard, &token, "Test SSE Notification", user).await;
    let seen = stream.until("notification", 1).await.remove(0);
    let given = ["id", "created_at"].map(|member| seen[member].clone());
    let expected = json!({
        "type": "notification",
        "id": given[0],
        "notification_type": "TASK_ASSIGNED",
        "title": "New Task Assigned: Test SSE Notification",
        "message": "A new high priority task has been assigned to you.",
        "due_date": "2025-12-10T12:00:00Z",
        "meta_info": {"task_id": task["id"], "priority": "HIGH"},
        "read": false,
        "created_at": given[1],
    });
    assert_eq!(seen, expected);
    // Multiple tasks create multiple notifications
    for number in 2..=4 {
        task_by_curl(&leopard, &token, &format!("Task {number}"), user).await;
    }
    stream.until("notification", 4).await;
    // Connection stays alive for extended period
    stream.until("heartbeat", 10).await;
    assert!(stream.is_open());
    task_by_curl(&leopard, &token, "After ten heartbeats", user).await;
    let last = stream.until("notification", 5).await.remove(4);
    assert_eq!(last["title"], "New Task Assigned: After ten heartbeats");
    assert_eq!(stream.events("notification").len(), 5);
    assert!(!leopard.log().contains("ERROR"), "{}", leopard.log());
}

#[tokio::test]
async fn stream_starts_with_the_documented_lines() {
    let leopard = leopard().await;
    let token = token_by_curl(&leopard).await;
    let stream = stream_by_curl(&leopard, &token);
    stream.until("heartbeat", 1).await;
    let printed = stream.printed();
    let hello = "retry: 3000\nid: 0\ndata: {\"type\":\"connection_established\",\
        \"message\":\"SSE connection established\",\"user_id\":1,\"unread_count\":0,\
        \"last_event_id\":\"0\",\"heartbeat_seconds\":1,\"token_expires_at\":\"";
    let rest = printed.strip_prefix(hello);
    let (_, rest) = rest.and_then(|rest| rest.split_once('"')).expect(hello);
    let heartbeat = "}\n\ndata: {\"type\":\"heartbeat\",\"timestamp\":\"";
    assert!(rest.starts_with(heartbeat), "{printed}");
}

#[tokio::test]
async fn ten_rapid_tasks_arrive_in_order() {
    let leopard = leopard().await;
    let admin = leopard.admin().await;
    let stream = stream_by_curl(&leopard, &admin.access);
    let page = TesterPage::open(&leopard.url("/test_sse.html")).await;
    page.connect(&admin.access).await;
    stream.until("connection_established", 1).await;

    let titles: Vec<_> = (1..=10).map(|n| format!("Load Test Task {n}")).collect();
    for title in &titles {
        admin.api.create_task(title, admin.id).await;
    }
    let wanted: Vec<_> = titles.iter().map(|title| format!("New Task Assigned: {title}")).collect();
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    let seen = stream.until("notification", 10).await;
    let seen: Vec<_> = seen.iter().filter_map(|n| n["title"].as_str()).collect();
    assert_eq!(seen, wanted);
    page.until_titles(&wanted).await;
}
