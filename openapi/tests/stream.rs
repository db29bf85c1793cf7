//! Opening streams, and their delivery.

use std::task::Poll;

use crate::support::{ANN, TestApi, no_users, now, problem};
use futures_util::{FutureExt, StreamExt};
use leopard_core::Failure;
use leopard_core::port::{
    CloseReason, MockNotificationSubscriber, MockSubscription, Signal, SubscriptionRequest,
};
use leopard_openapi::stream::Handover;
use leopard_openapi::{HttpSettings, StreamDelivery};
use poem::test::TestResponse;

const STREAM: &str = "/api/v1/notifications/stream/";

/// A hub whose streams get these signals, one at a time.
fn hub(signals: &[Signal]) -> MockNotificationSubscriber {
    let signals = signals.to_vec();
    let mut hub = MockNotificationSubscriber::new();
    hub.expect_subscribe().returning(move |_: SubscriptionRequest| {
        let mut left = signals.clone().into_iter();
        let mut subscription = MockSubscription::new();
        let next =
            move |_: &mut std::task::Context<'_>| left.next().map_or(Poll::Pending, Poll::Ready);
        subscription.expect_poll_signal().returning(next);
        Ok(Box::new(subscription))
    });
    hub
}

fn api(signals: &[Signal]) -> TestApi {
    TestApi { subscriber: hub(signals), ..TestApi::default() }
}

/// Everything that the stream sends until it ends.
async fn text(response: TestResponse) -> String {
    response.assert_status_is_ok();
    response.0.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn open_stream_sends_events_as_they_occur() {
    let client = api(&[Signal::HeartbeatDue]).client();
    let response = client.get(STREAM).header("Authorization", ANN).send().await;
    assert!(response.0.extensions().get::<Handover>().is_none());
    let mut body = response.0.into_body().into_bytes_stream();
    let mut text = String::new();
    for event in ["connection_established", "heartbeat"] {
        while !text.contains(event) {
            let frames = body.next().await.unwrap().unwrap();
            text.push_str(std::str::from_utf8(&frames).unwrap());
        }
    }
    assert!(body.next().now_or_never().is_none(), "it stays open");
}

#[tokio::test]
async fn stream_is_handed_over_once_if_the_settings_ask_for_it() {
    let client = TestApi {
        settings: HttpSettings::default().with_streams(StreamDelivery::HandOver),
        ..api(&[Signal::End(CloseReason::Shutdown)])
    }
    .client();
    let response = client.get(STREAM).header("Authorization", ANN).send().await;
    let handover = response.0.extensions().get::<Handover>().unwrap().clone();
    let mut stream = handover.take().unwrap();
    assert!(handover.take().is_none());
    let frames = stream.next_frames().await.unwrap();
    assert!(frames.starts_with(b"retry: 3000\nid: 41\n"));
    assert_eq!(text(response).await, "");
}

/// The text without its last `retry:`, which is a random one.
fn without_spread(text: &str) -> String {
    let (before, after) = text.rsplit_once("retry: ").unwrap();
    let (wait, rest) = after.split_once('\n').unwrap();
    assert!((1_000..=10_000).contains(&wait.parse().unwrap()), "{wait}");
    format!("{before}{rest}")
}

#[tokio::test]
async fn stream_sends_headers_and_a_final_event() {
    let signals = [Signal::HeartbeatDue, Signal::End(CloseReason::Shutdown)];
    let client = api(&signals).client();
    let response = client.get(STREAM).header("Authorization", ANN).send().await;
    let headers = response.0.headers();
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["cache-control"], "no-cache, no-store, must-revalidate");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(
        without_spread(&text(response).await),
        "retry: 3000\nid: 41\ndata: {\"type\":\"connection_established\",\
         \"message\":\"SSE connection established\",\"user_id\":1,\"unread_count\":3,\
         \"last_event_id\":\"41\",\"heartbeat_seconds\":30,\
         \"token_expires_at\":\"2025-12-08T09:31:00.123456Z\"}\n\n\
         data: {\"type\":\"heartbeat\",\"timestamp\":\"2025-12-08T09:30:00.123456Z\"}\n\n\
         data: {\"type\":\"server_shutdown\"}\n\n"
    );
    assert_eq!(now().timestamp_subsec_micros(), 123_456);
}

#[tokio::test]
async fn cursor_of_the_header_takes_precedence_over_the_query() {
    let client = api(&[Signal::End(CloseReason::TokenExpired)]).client();
    for (query, header, first) in [
        ("", "", "id: 41\n"),
        ("?last_event_id=x", "", "id: 41\n"),
        ("?last_event_id=99999999999999999999", "", "id: 9223372036854775807\n"),
        ("?last_event_id=7", "41", "id: 41\n"),
    ] {
        let mut request = client.get(format!("{STREAM}{query}")).header("Authorization", ANN);
        if !header.is_empty() {
            request = request.header("Last-Event-ID", header);
        }
        let text = text(request.send().await).await;
        assert!(text.contains(first), "{query} {header}: {text}");
        assert!(text.ends_with("data: {\"type\":\"token_expired\"}\n\n"));
    }
}

#[tokio::test]
async fn token_of_the_query_is_used_before_the_header() {
    let client = api(&[Signal::End(CloseReason::LoggedOut)]).client();
    let open = async |query: &str, header: &str| {
        let request = client.get(format!("{STREAM}{query}"));
        request.header("Authorization", header).send().await
    };
    for (query, header) in [("?token=access", ""), ("?token=stream", "Bearer forged"), ("", ANN)] {
        open(query, header).await.assert_status_is_ok();
    }
    for (query, header) in [
        ("?token=forged", ANN),
        ("?token=", ANN),
        ("?token=refresh", ""),
        ("?token=expired", ""),
        ("", "Bearer stream"),
        ("", "Bearer refresh"),
    ] {
        problem(open(query, header).await, 401, "token_not_valid").await;
    }
    problem(open("?token=inactive", "").await, 401, "user_inactive").await;
    problem(open("", "").await, 401, "not_authenticated").await;
}

#[tokio::test]
async fn stream_above_the_limit_is_throttled() {
    let client = client_above_the_limit();
    let response = client.get(STREAM).header("Authorization", ANN).send().await;
    assert_eq!(response.0.headers()["retry-after"], "7");
    let problem = problem(response, 429, "throttled").await;
    let detail = "Request was throttled.";
    assert_eq!(problem["detail"], detail);
}

/// A browser never reconnects after an error status, and only browsers send the token in the URL.
#[tokio::test]
async fn stream_by_query_above_the_limit_gets_a_throttled_event() {
    let client = client_above_the_limit();
    for (query, header) in [("?token=access", ""), ("?token=stream", ANN)] {
        let request = client.get(format!("{STREAM}{query}"));
        let response = request.header("Authorization", header).send().await;
        let text = text(response).await;
        let rest = text.strip_prefix("retry: ").unwrap();
        let (retry, rest) = rest.split_once('\n').unwrap();
        // After the time, with a random delay.
        assert!((8_000..=17_000).contains(&retry.parse().unwrap()), "{retry}");
        assert_eq!(rest, "data: {\"type\":\"throttled\",\"retry_after\":7}\n\n");
    }
}

/// A server at which every user has too many streams.
fn client_above_the_limit() -> crate::support::Client {
    let mut subscriber = MockNotificationSubscriber::new();
    let refusal = Failure::Throttled { retry_after: 7 };
    subscriber.expect_subscribe().returning(move |_| Err(refusal.clone()));
    let api = TestApi { subscriber, ..TestApi::default() };
    api.client()
}

#[tokio::test]
async fn stream_without_storage_sends_an_unavailable_event() {
    let client = TestApi { users: no_users(), ..api(&[]) }.client();
    let response = client.get(STREAM).header("Authorization", ANN).send().await;
    assert_eq!(response.0.headers()["content-type"], "text/event-stream");
    let text = text(response).await;
    assert_eq!(without_spread(&text), "data: {\"type\":\"unavailable\"}\n\n");
}

#[tokio::test]
async fn head_request_opens_no_stream() {
    let client = api(&[]).client();
    let response = client.head(STREAM).header("Authorization", ANN).send().await;
    assert!(response.0.extensions().get::<Handover>().is_none());
    assert_eq!(text(response).await, "");
}
