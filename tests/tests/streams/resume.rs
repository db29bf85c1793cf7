//! Streams that resume: no event is missed, repeated or out of order.

use leopard_tests::support::{EventStream, Leopard, User, assigned};
use serde_json::{Value, json};

/// A server and a user with the tasks `Task 1`, `Task 2` …
async fn with_tasks(count: usize, settings: &[(&str, &str)]) -> (Leopard, User) {
    let (leopard, [admin]) = Leopard::with_users(settings, ["admin"]).await;
    admin.api.create_tasks(count, admin.id).await;
    (leopard, admin)
}

/// The notifications of these tasks.
fn tasks(first: i64, last: i64) -> Vec<(i64, String)> {
    (first..=last).map(|number| assigned(number, &format!("Task {number}"))).collect()
}

/// Creates task number `next` and expects the notifications from `first` up to it.
async fn continues(stream: &mut EventStream, user: &User, first: i64, next: i64) {
    user.api.create_task(&format!("Task {next}"), user.id).await;
    let expected = tasks(first, next);
    assert_eq!(stream.notifications(expected.len()).await, expected);
}

/// The id of the second newest notification.
async fn second(user: &User) -> Value {
    user.api.inbox().await["results"][1]["id"].clone()
}

#[tokio::test]
async fn stream_resumes_after_the_cursor_of_the_header_or_else_of_the_query() {
    let (leopard, user) = with_tasks(4, &[]).await;
    let cursors = [
        (Some("2"), None, 2),
        (None, Some("3"), 3),
        (Some("3"), Some("1"), 3),
        (Some("0"), None, 0),
        // The newest one replays nothing.
        (Some("8"), None, 8),
    ];
    for (next, (header, query, cursor)) in (5..).zip(cursors) {
        let mut request = leopard.stream().bearer(&user.access);
        if let Some(header) = header {
            request = request.header("Last-Event-ID", header);
        }
        if let Some(query) = query {
            request = request.query("last_event_id", query);
        }
        let mut stream = request.open().await;
        assert_eq!(stream.hello.id, Some(cursor));
        assert_eq!(stream.hello.data["last_event_id"], (next - 1).to_string());
        assert_eq!(stream.hello.data["unread_count"], next - 1);
        continues(&mut stream, &user, cursor + 1, next).await;
    }
}

#[tokio::test]
async fn invalid_cursor_goes_live() {
    let (leopard, user) = with_tasks(3, &[]).await;
    let junk = ["-1", "x", "1.5", "0x2", "+2", "", "٣"];
    for (newest, junk) in (3..).zip(junk) {
        let mut stream = user.resume(&leopard, junk).await;
        assert_eq!(stream.hello.id, Some(newest), "{junk}");
        continues(&mut stream, &user, newest + 1, newest + 1).await;
    }
}

#[tokio::test]
async fn cursor_ahead_of_the_log_goes_live() {
    let (leopard, user) = with_tasks(3, &[]).await;
    let mut stream = user.resume(&leopard, "17").await;
    assert_eq!(stream.hello.id, Some(17));
    let truncated = stream.next().await;
    assert_eq!(truncated.id, Some(3));
    let expected = json!({"type": "replay_truncated", "missed": null, "last_event_id": "3"});
    assert_eq!(truncated.data, expected);
    continues(&mut stream, &user, 4, 4).await;

    let mut stream = user.resume(&leopard, "99999999999999999999999").await;
    assert_eq!(stream.next().await.data["missed"], json!(null));
    continues(&mut stream, &user, 5, 5).await;
}

#[tokio::test]
async fn replay_beyond_its_limit_is_truncated() {
    let (leopard, user) = with_tasks(4, &[("LEOPARD_REPLAY_LIMIT", "3")]).await;
    let mut whole = user.resume(&leopard, "1").await;
    assert_eq!(whole.notifications(3).await, tasks(2, 4));

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.id, Some(0));
    let truncated = stream.next().await;
    assert_eq!(truncated.id, Some(4));
    let expected = json!({"type": "replay_truncated", "missed": 4, "last_event_id": "4"});
    assert_eq!(truncated.data, expected);
    continues(&mut stream, &user, 5, 5).await;
    let missed = user.api.get("/api/v1/notifications/?after=0").await;
    assert_eq!(missed.expect(200)["results"][0]["sequence"], 1);
}

#[tokio::test]
async fn replay_sends_notifications_then_read_state() {
    let (leopard, user) = with_tasks(3, &[]).await;
    let second = second(&user).await;
    let path = format!("/api/v1/notifications/{second}/mark_read/");
    user.api.post_empty(&path).await.expect(200);

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.data["unread_count"], 2);
    for number in 1..=3 {
        let event = stream.notification().await;
        assert_eq!(event.id, Some(number));
        assert_eq!(event.data["read"], false);
    }
    let read = stream.next().await;
    assert_eq!(read.id, None);
    let expected = json!({"type": "notification_read", "notification_ids": [second]});
    assert_eq!(read.data, expected);
}

#[tokio::test]
async fn deleted_notification_keeps_its_sequence() {
    let (leopard, user) = with_tasks(3, &[]).await;
    let second = second(&user).await;
    let path = format!("/api/v1/notifications/{second}/");
    assert_eq!(user.api.delete(&path).await.status, 204);
    user.api.get(&path).await.problem(404, "not_found");

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.data["unread_count"], 2);
    assert_eq!(stream.notifications(1).await, tasks(1, 1));
    let deleted = stream.next().await;
    assert_eq!(deleted.id, Some(2));
    let expected = json!({"type": "notification_deleted", "notification_ids": [second]});
    assert_eq!(deleted.data, expected);
    continues(&mut stream, &user, 3, 4).await;
}

#[tokio::test]
async fn repeatedly_cut_stream_delivers_everything_once() {
    let (leopard, user) = with_tasks(0, &[]).await;
    let mut seen = vec![];
    let mut cursor = 0;
    for round in 0..10 {
        let mut stream = user.resume(&leopard, &cursor.to_string()).await;
        for number in 1..=3 {
            let title = format!("Task {}", round * 3 + number);
            user.api.create_task(&title, user.id).await;
        }
        // Two of three are read; the third is lost with the connection.
        seen.extend(stream.notifications(2).await);
        cursor = seen.last().expect("two").0;
        stream.reset();
    }
    let mut stream = user.resume(&leopard, &cursor.to_string()).await;
    seen.extend(stream.notifications(30 - seen.len()).await);
    assert_eq!(seen, tasks(1, 30));
}
