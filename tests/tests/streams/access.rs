//! Access to streams: their tokens, and the end of a session.

use std::time::Duration;

use leopard_tests::support::{Leopard, TIMEOUT};
use serde_json::json;

/// The documented delay until the end of a session takes effect.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn stream_accepts_token_in_header_or_query() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    leopard.stream().bearer(&admin.access).open().await;
    leopard.stream().query("token", &admin.access).open().await;
    let created = admin.api.post_empty("/api/token/stream/").await.expect(200);
    assert_eq!(created["expires_in"], 3600, "{created}");
    let token = created["token"].as_str().expect("a token");
    leopard.stream().query("token", token).open().await;
    // EventSource reconnects with the same URL.
    leopard.stream().query("token", token).open().await;
    for other in [admin.refresh.as_str(), "junk", "a.b.c", ""] {
        let (status, problem, _) = leopard.stream().query("token", other).refused().await;
        assert_eq!(status, 401, "{other}: {problem}");
    }
}

#[tokio::test]
async fn token_of_the_query_takes_precedence_over_the_header() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let request = leopard.stream().query("token", &admin.access);
    request.bearer("no.such.token").open().await;
    let request = leopard.stream().query("token", "no.such.token");
    let (status, problem, _) = request.bearer(&admin.access).refused().await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_not_valid")));
}

#[tokio::test]
async fn logout_ends_streams_of_that_session_only() {
    let (leopard, [admin, other]) = Leopard::with_users(&[], ["admin", "admin"]).await;
    let token = admin.api.stream_token().await;
    let mut streams =
        [admin.follow(&leopard).await, leopard.stream().query("token", &token).open().await];
    let mut others = other.follow(&leopard).await;

    leopard.log_out(&admin.refresh).await;
    for stream in &mut streams {
        let rest = stream.rest(SOON).await;
        assert!(!rest.contains(&"token_expired".to_owned()), "{rest:?}");
    }
    admin.api.until_status("/api/v1/notifications/", 401, SOON).await;
    leopard.refresh(&admin.refresh).await.problem(401, "token_not_valid");

    other.api.create_task("Still here", other.id).await;
    assert_eq!(others.notifications(1).await.len(), 1);
}

#[tokio::test]
async fn slow_client_does_not_delay_shutdown() {
    let mut leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let other = leopard.admin().await;
    // More than the buffers of both sides hold.
    let title = "\u{1f406}".repeat(200);
    leopard.workdir().create_tasks("admin", &title, 300).await;
    leopard.until_open_streams(0, TIMEOUT).await;
    let mut unread = vec![];
    for user in [&admin, &other] {
        let request = leopard.stream().bearer(&user.access).receive_buffer(2048);
        unread.push(request.header("Last-Event-ID", "0").open().await);
    }
    leopard.log_out(&admin.refresh).await;
    leopard.until_open_streams(1, TIMEOUT).await;

    leopard.terminate();
    let status = leopard.ended(Duration::from_secs(10)).await;
    let log = leopard.log();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!log.contains("did not finish in time"), "{log}");
}
