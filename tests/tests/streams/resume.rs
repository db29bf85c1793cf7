//! Streams that come back: nothing is missed, repeated or out of order.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::user::User;
use serde_json::json;

/// A server and a user who was told so many things already: `Task 1`, `Task 2` …
async fn told(count: usize, settings: &[(&str, &str)]) -> (Leopard, User) {
    let leopard = Leopard::start(settings).await;
    let admin = leopard.admin().await;
    for number in 1..=count {
        let title = format!("Task {number}");
        admin.api.create_task(&title, admin.id).await;
    }
    (leopard, admin)
}

/// What a replay and one more notification look like: cursors and titles from `first` on.
fn from(first: usize, last: usize) -> Vec<(String, String)> {
    let event = |number: usize| {
        let title = format!("New Task Assigned: Task {number}");
        (number.to_string(), title)
    };
    (first..=last).map(event).collect()
}

/// Makes task number `next` and checks that the stream shows everything from `first` up to it.
async fn goes_on(stream: &mut EventStream, user: &User, first: usize, next: usize) {
    let title = format!("Task {next}");
    user.api.create_task(&title, user.id).await;
    let seen = stream.notifications(next + 1 - first).await;
    assert_eq!(seen, from(first, next));
}

#[tokio::test]
async fn cursor_header_resumes_the_stream() {
    let (leopard, user) = told(4, &[]).await;
    let mut stream = user.resume(&leopard, "2").await;
    assert_eq!(stream.hello.cursor(), Some("2"));
    assert_eq!(stream.hello.data["last_event_id"], "4");
    assert_eq!(stream.hello.data["unread_count"], 4);
    goes_on(&mut stream, &user, 3, 5).await;
}

#[tokio::test]
async fn cursor_query_resumes_the_stream() {
    let (leopard, user) = told(4, &[]).await;
    let request = leopard.stream().query("last_event_id", "3");
    let mut stream = request.bearer(&user.access).open().await;
    assert_eq!(stream.hello.cursor(), Some("3"));
    goes_on(&mut stream, &user, 4, 5).await;
}

#[tokio::test]
async fn cursor_header_takes_precedence_over_query() {
    let (leopard, user) = told(4, &[]).await;
    let request = leopard.stream().query("last_event_id", "1");
    let request = request.bearer(&user.access).header("Last-Event-ID", "3");
    let mut stream = request.open().await;
    assert_eq!(stream.hello.cursor(), Some("3"));
    goes_on(&mut stream, &user, 4, 5).await;
}

#[tokio::test]
async fn zero_replays_everything() {
    let (leopard, user) = told(3, &[]).await;
    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.cursor(), Some("0"));
    goes_on(&mut stream, &user, 1, 4).await;
}

#[tokio::test]
async fn newest_cursor_replays_nothing() {
    let (leopard, user) = told(3, &[]).await;
    let mut stream = user.resume(&leopard, "3").await;
    assert_eq!(stream.hello.cursor(), Some("3"));
    goes_on(&mut stream, &user, 4, 4).await;
}

#[tokio::test]
async fn invalid_cursor_goes_live() {
    let (leopard, user) = told(3, &[]).await;
    let junk = ["-1", "x", "1.5", "0x2", "+2", "", "٣"];
    for (newest, junk) in (3..).zip(junk) {
        let mut stream = user.resume(&leopard, junk).await;
        let cursor = newest.to_string();
        assert_eq!(stream.hello.cursor(), Some(cursor.as_str()), "{junk}");
        goes_on(&mut stream, &user, newest + 1, newest + 1).await;
    }
}

#[tokio::test]
async fn cursor_ahead_of_the_log_goes_live() {
    let (leopard, user) = told(3, &[]).await;
    let mut stream = user.resume(&leopard, "17").await;
    assert_eq!(stream.hello.cursor(), Some("17"));
    let truncated = stream.next().await;
    assert_eq!(truncated.cursor(), Some("3"));
    let expected = json!({"type": "replay_truncated", "missed": null, "last_event_id": "3"});
    assert_eq!(truncated.data, expected);
    goes_on(&mut stream, &user, 4, 4).await;

    let mut stream = user.resume(&leopard, "99999999999999999999999").await;
    assert_eq!(stream.next().await.data["missed"], json!(null));
    goes_on(&mut stream, &user, 5, 5).await;
}

#[tokio::test]
async fn replay_beyond_its_limit_is_left_to_the_inbox() {
    let (leopard, user) = told(4, &[("LEOPARD_REPLAY_LIMIT", "3")]).await;
    let mut whole = user.resume(&leopard, "1").await;
    assert_eq!(whole.notifications(3).await, from(2, 4));

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.cursor(), Some("0"));
    let truncated = stream.next().await;
    assert_eq!(truncated.cursor(), Some("4"));
    let expected = json!({"type": "replay_truncated", "missed": 4, "last_event_id": "4"});
    assert_eq!(truncated.data, expected);
    goes_on(&mut stream, &user, 5, 5).await;
    let missed = user.api.get("/api/v1/notifications/?after=0").await;
    assert_eq!(missed.expect(200)["results"][0]["sequence"], 1);
}

#[tokio::test]
async fn replay_sends_notifications_then_read_state() {
    let (leopard, user) = told(3, &[]).await;
    let inbox = user.api.get("/api/v1/notifications/").await.expect(200);
    let second = inbox["results"][1]["id"].clone();
    let path = format!("/api/v1/notifications/{second}/mark_read/");
    user.api.post_nothing(&path).await.expect(200);

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.data["unread_count"], 2);
    for number in 1..=3 {
        let event = stream.notification().await;
        assert_eq!(event.cursor(), Some(number.to_string().as_str()));
        assert_eq!(event.data["read"], false);
    }
    let read = stream.next().await;
    assert_eq!(read.cursor(), None);
    let expected = json!({"type": "notification_read", "notification_ids": [second]});
    assert_eq!(read.data, expected);
}

#[tokio::test]
async fn deleted_notification_keeps_its_sequence() {
    let (leopard, user) = told(3, &[]).await;
    let inbox = user.api.get("/api/v1/notifications/").await.expect(200);
    let second = inbox["results"][1]["id"].clone();
    let path = format!("/api/v1/notifications/{second}/");
    assert_eq!(user.api.delete(&path).await.status, 204);
    user.api.get(&path).await.problem(404, "not_found");

    let mut stream = user.resume(&leopard, "0").await;
    assert_eq!(stream.hello.data["unread_count"], 2);
    assert_eq!(stream.notifications(1).await, from(1, 1));
    let place = stream.next().await;
    assert_eq!(place.cursor(), Some("2"));
    let expected = json!({"type": "notification_deleted", "notification_ids": [second]});
    assert_eq!(place.data, expected);
    goes_on(&mut stream, &user, 3, 4).await;
}

#[tokio::test]
async fn repeatedly_cut_stream_delivers_everything_once() {
    let (leopard, user) = told(0, &[]).await;
    let mut seen = vec![];
    let mut cursor = "0".to_owned();
    for round in 0..10 {
        let mut stream = user.resume(&leopard, &cursor).await;
        for number in 1..=3 {
            let title = format!("Task {}", round * 3 + number);
            user.api.create_task(&title, user.id).await;
        }
        // Two of three are taken; the third and what was in flight are cut off.
        seen.extend(stream.notifications(2).await);
        cursor.clone_from(&seen.last().unwrap().0);
        stream.reset();
    }
    let mut stream = user.resume(&leopard, &cursor).await;
    seen.extend(stream.notifications(30 - seen.len()).await);
    assert_eq!(seen, from(1, 30));
}
