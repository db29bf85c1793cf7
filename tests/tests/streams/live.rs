//! The events of open streams, for one user and for several.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use leopard_tests::fixtures::task_body;
use leopard_tests::support::{EventStream, Leopard, TIMEOUT, assigned};
use serde_json::{Value, json};

#[tokio::test]
async fn stream_has_anti_buffering_headers() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
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
    assert_eq!(stream.hello.id, Some(0));
    assert_eq!(stream.hello.retry, Some(3000));
}

#[tokio::test]
async fn read_state_reaches_all_devices() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_tasks(3, admin.id).await;
    let inbox = admin.api.inbox().await;
    let ids = [0, 1, 2].map(|place| inbox["results"][place]["id"].clone());
    let mut devices = [admin.follow(&leopard).await, admin.follow(&leopard).await];

    let path = format!("/api/v1/notifications/{}/mark_read/", ids[0]);
    admin.api.post_empty(&path).await.expect(200);
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

    admin.api.mark_all_read().await;
    for device in &mut devices {
        shows_read(device, &[&ids[2]], 0).await;
    }
    assert_eq!(admin.api.unread_count().await, 0);
}

#[tokio::test]
async fn bulk_read_reaches_all_devices() {
    const MANY: usize = 200;
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let tasks = (0..MANY).map(|_| admin.api.create_task("One of many", admin.id));
    join_all(tasks).await;
    let mut device = admin.follow(&leopard).await;
    admin.api.mark_all_read().await;

    let mut read = BTreeSet::new();
    while read.len() < MANY {
        let event = device.next_of("notification_read").await;
        let ids = event.data["notification_ids"].as_array().expect("a list");
        let ids = ids.iter().map(|id| id.as_i64().expect("an id"));
        ids.for_each(|id| assert!(read.insert(id), "{id} is repeated"));
    }
    let count = device.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": 0});
    assert_eq!(count.data, expected);
}

/// Expects events for these read notifications and for the unread count.
async fn shows_read(device: &mut EventStream, ids: &[&Value], unread: i64) {
    let read = device.next().await;
    let expected = json!({"type": "notification_read", "notification_ids": ids});
    assert_eq!((read.id, &read.data), (None, &expected));
    let count = device.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": unread});
    assert_eq!((count.id, &count.data), (None, &expected));
}

#[tokio::test]
async fn deletion_reaches_all_devices() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    admin.api.create_task("Task", admin.id).await;
    let id = admin.api.inbox().await["results"][0]["id"].clone();
    let mut device = admin.follow(&leopard).await;
    let path = format!("/api/v1/notifications/{id}/");
    assert_eq!(admin.api.delete(&path).await.status, 204);
    let deleted = device.next().await;
    let expected = json!({"type": "notification_deleted", "notification_ids": [id]});
    assert_eq!((deleted.id, &deleted.data), (None, &expected));
    let count = device.next_of("unread_count_update").await;
    assert_eq!(count.data["unread_count"], 0);
}

#[tokio::test]
async fn disconnected_client_is_removed_before_the_next_heartbeat() {
    let (leopard, [admin]) =
        Leopard::with_users(&[("LEOPARD_HEARTBEAT_SECONDS", "3600")], ["admin"]).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let (closed, torn) = (admin.follow(&leopard).await, admin.follow(&leopard).await);
    assert_eq!(leopard.open_streams().await, 2);
    drop(closed);
    leopard.until_open_streams(1, TIMEOUT).await;
    torn.reset();
    leopard.until_open_streams(0, TIMEOUT).await;
}

#[tokio::test]
async fn sequences_are_per_user() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    let mut streams = (alice.follow(&leopard).await, bob.follow(&leopard).await);
    for number in 1..=3 {
        alice.api.create_task(&format!("A{number}"), alice.id).await;
        alice.api.create_task(&format!("B{number}"), bob.id).await;
    }
    let expected = |letter: char| [1, 2, 3].map(|n| assigned(n, &format!("{letter}{n}")));
    assert_eq!(streams.0.notifications(3).await, expected('A'));
    assert_eq!(streams.1.notifications(3).await, expected('B'));
}

#[tokio::test]
async fn unassigned_task_notifies_no_user() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let mut stream = admin.follow(&leopard).await;
    let mut task = task_body("T", 0);
    task["assigned_to"] = json!(null);
    admin.api.post("/api/v1/tasks/", task).await.expect(201);
    admin.api.create_task("Mine", admin.id).await;
    assert_eq!(stream.notifications(1).await, [assigned(1, "Mine")]);
}
