//! What open streams show, how many there may be, and that they leave each other alone.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::stream::{EventStream, header};
use leopard_tests::support::user::User;
use leopard_tests::support::wait::within;
use serde_json::{Value, json};

/// How soon a client that went away is to be forgotten.
const PROMPTLY: Duration = Duration::from_secs(1);

#[tokio::test]
async fn stream_has_anti_buffering_headers() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let request = leopard.stream().bearer(&admin.access);
    let stream = request.header("Origin", "https://elsewhere").open().await;
    let headers = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("x-accel-buffering", "no"),
        ("access-control-allow-origin", "*"),
    ];
    for (name, value) in headers {
        assert_eq!(stream.header(name), Some(value), "{name}: {}", stream.head);
    }
    assert!(stream.header("x-request-id").is_some(), "{}", stream.head);
    let expires_at = stream.hello.data["token_expires_at"].clone();
    let expected = json!({
        "type": "connection_established",
        "message": "SSE connection established",
        "user_id": admin.id,
        "unread_count": 0,
        "last_event_id": "0",
        "heartbeat_seconds": 30,
        "token_expires_at": expires_at,
    });
    assert_eq!(stream.hello.data, expected);
    assert_eq!(stream.hello.cursor(), Some("0"));
    assert_eq!(stream.hello.retry, Some(3000));
}

#[tokio::test]
async fn read_state_reaches_all_devices() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for number in 1..=3 {
        let title = format!("Task {number}");
        admin.api.create_task(&title, admin.id).await;
    }
    let inbox = admin.api.get("/api/v1/notifications/").await.expect(200);
    let ids = [0, 1, 2].map(|place| inbox["results"][place]["id"].clone());
    let mut devices = [admin.follow(&leopard).await, admin.follow(&leopard).await];

    let path = format!("/api/v1/notifications/{}/mark_read/", ids[0]);
    admin.api.post_nothing(&path).await.expect(200);
    for device in &mut devices {
        shows_read(device, &[&ids[0]], 2).await;
    }

    let body = json!({"notification_ids": [ids[0], ids[1]]});
    let path = "/api/v1/notifications/bulk_mark_read/";
    let marked = admin.api.post(path, body).await.expect(200);
    assert_eq!(marked, json!({"marked_read_count": 1}));
    for device in &mut devices {
        shows_read(device, &[&ids[1]], 1).await;
    }

    let path = "/api/v1/notifications/mark_all_read/";
    admin.api.post_nothing(path).await.expect(200);
    for device in &mut devices {
        shows_read(device, &[&ids[2]], 0).await;
    }
    let path = "/api/v1/notifications/unread_count/";
    let count = admin.api.get(path).await.expect(200);
    assert_eq!(count, json!({"unread_count": 0}));
}

#[tokio::test]
async fn bulk_read_reaches_all_devices() {
    const MANY: usize = 200;
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let tasks = (0..MANY).map(|_| admin.api.create_task("One of many", admin.id));
    join_all(tasks).await;
    let mut device = admin.follow(&leopard).await;
    let path = "/api/v1/notifications/mark_all_read/";
    admin.api.post_nothing(path).await.expect(200);

    let mut read = BTreeSet::new();
    while read.len() < MANY {
        let event = device.next_of("notification_read").await;
        let ids = event.data["notification_ids"].as_array().expect("a list");
        let ids = ids.iter().map(|id| id.as_i64().expect("an id"));
        ids.for_each(|id| assert!(read.insert(id), "{id} is said twice"));
    }
    let count = device.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": 0});
    assert_eq!(count.data, expected);
}

/// The next events say that these were read and how many are not.
async fn shows_read(device: &mut EventStream, ids: &[&Value], unread: i64) {
    let read = device.next().await;
    let expected = json!({"type": "notification_read", "notification_ids": ids});
    assert_eq!((read.cursor(), &read.data), (None, &expected));
    let count = device.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": unread});
    assert_eq!((count.cursor(), &count.data), (None, &expected));
}

#[tokio::test]
async fn deletion_reaches_all_devices() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    admin.api.create_task("Task", admin.id).await;
    let inbox = admin.api.get("/api/v1/notifications/").await.expect(200);
    let id = inbox["results"][0]["id"].clone();
    let mut device = admin.follow(&leopard).await;
    let path = format!("/api/v1/notifications/{id}/");
    assert_eq!(admin.api.delete(&path).await.status, 204);
    let deleted = device.next().await;
    let expected = json!({"type": "notification_deleted", "notification_ids": [id]});
    assert_eq!((deleted.cursor(), &deleted.data), (None, &expected));
    let count = device.next_of("unread_count_update").await;
    assert_eq!(count.data["unread_count"], 0);
}

#[tokio::test]
async fn streams_per_user_are_limited() {
    let leopard = Leopard::start(&[("LEOPARD_STREAMS_PER_USER", "2")]).await;
    let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
    leopard.until_open_streams(0, PROMPTLY).await;
    let first = alice.follow(&leopard).await;
    let _second = alice.follow(&leopard).await;

    let third = leopard.stream().bearer(&alice.access);
    let (status, problem, head) = third.refused().await;
    assert_eq!((status, &problem["code"]), (429, &json!("throttled")));
    let detail = "Request was throttled.";
    assert_eq!(problem["detail"], detail);
    let retry_after: Option<u32> = header(&head, "retry-after").and_then(|v| v.parse().ok());
    assert!(retry_after.is_some_and(|seconds| seconds > 0), "{head}");

    let _others = bob.follow(&leopard).await;
    drop(first);
    leopard.until_open_streams(2, PROMPTLY).await;
    let _third = alice.follow(&leopard).await;
}

#[tokio::test]
async fn disconnected_client_is_removed_at_once() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    leopard.until_open_streams(0, PROMPTLY).await;
    let (closed, torn) = (admin.follow(&leopard).await, admin.follow(&leopard).await);
    assert_eq!(leopard.open_streams().await, 2);
    drop(closed);
    leopard.until_open_streams(1, PROMPTLY).await;
    torn.reset();
    leopard.until_open_streams(0, PROMPTLY).await;
}

#[tokio::test]
async fn slow_reader_delays_no_other_and_misses_nothing() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let request = leopard.stream().bearer(&admin.access);
    let mut slow = request.receive_buffer(4096).open().await;
    let mut quick = admin.follow(&leopard).await;

    // More than the buffers of both kernels hold.
    let tasks = 600;
    let long = "x".repeat(190);
    for number in 1..=tasks {
        let title = format!("{number} {long}");
        admin.api.create_task(&title, admin.id).await;
        let asked = Instant::now();
        let seen = within("a notification", Duration::from_secs(2), quick.notification()).await;
        assert_eq!(seen.cursor(), Some(number.to_string().as_str()));
        assert!(asked.elapsed() < Duration::from_secs(2));
    }
    for number in 1..=tasks {
        let seen = slow.notification().await;
        assert_eq!(seen.cursor(), Some(number.to_string().as_str()));
    }
}

#[tokio::test]
async fn sequences_are_per_user() {
    let leopard = Leopard::start(&[]).await;
    let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
    let mut streams = (alice.follow(&leopard).await, bob.follow(&leopard).await);
    for number in 1..=3 {
        alice.api.create_task(&format!("A{number}"), alice.id).await;
        alice.api.create_task(&format!("B{number}"), bob.id).await;
    }
    let expected = |letter: char| -> Vec<(String, String)> {
        let title = |number| format!("New Task Assigned: {letter}{number}");
        (1..=3).map(|n| (n.to_string(), title(n))).collect()
    };
    assert_eq!(streams.0.notifications(3).await, expected('A'));
    assert_eq!(streams.1.notifications(3).await, expected('B'));
}

#[tokio::test]
async fn unassigned_task_notifies_no_user() {
    let leopard = Leopard::start(&[]).await;
    let admin: User = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    let body = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
    admin.api.post("/api/v1/tasks/", body).await.expect(201);
    admin.api.create_task("Mine", admin.id).await;
    let seen = stream.notifications(1).await;
    assert_eq!(seen[0].1, "New Task Assigned: Mine");
}
