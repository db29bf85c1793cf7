//! Who may open a stream, and when it ends without the client's doing.

use std::time::Duration;

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until};
use serde_json::json;

/// How soon a login that was ended is to be shut out.
const SOON: Duration = Duration::from_secs(5);

/// A token that opens streams and nothing else.
async fn stream_token(user: &User) -> String {
    let answer = user.api.post_nothing("/api/token/stream/").await;
    let answer = answer.expect(200);
    assert_eq!(answer["expires_in"], 3600, "{answer}");
    answer["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn stream_accepts_token_in_header_or_query() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    leopard.stream().bearer(&admin.access).open().await;
    leopard.stream().query("token", &admin.access).open().await;
    let token = stream_token(&admin).await;
    leopard.stream().query("token", &token).open().await;
    // EventSource comes back with the same URL.
    leopard.stream().query("token", &token).open().await;
}

#[tokio::test]
async fn token_of_the_query_takes_precedence_over_the_header() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let request = leopard.stream().query("token", &admin.access);
    request.bearer("no.such.token").open().await;
    let request = leopard.stream().query("token", "no.such.token");
    let (status, problem, _) = request.bearer(&admin.access).refused().await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_not_valid")));
}

#[tokio::test]
async fn stream_token_is_refused_elsewhere() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let token = stream_token(&admin).await;
    let inbox = leopard.api(&token).get("/api/v1/notifications/").await;
    inbox.problem(401, "token_not_valid");
    let more = leopard.api(&token).post_nothing("/api/token/stream/").await;
    more.problem(401, "token_not_valid");
    let (status, _, _) = leopard.stream().bearer(&token).refused().await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn no_other_token_opens_a_stream() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let (status, problem, head) = leopard.stream().refused().await;
    assert_eq!(status, 401);
    assert_eq!(problem["code"], "not_authenticated");
    assert!(head.contains("www-authenticate: bearer realm=\"api\""), "{head}");
    for token in [admin.refresh.as_str(), "junk", "a.b.c", ""] {
        let (status, problem, _) = leopard.stream().query("token", token).refused().await;
        assert_eq!(status, 401, "{token}: {problem}");
        let (status, problem, _) = leopard.stream().bearer(token).refused().await;
        assert_eq!(status, 401, "{token}: {problem}");
    }
}

#[tokio::test]
async fn stream_ends_when_its_token_expires() {
    let leopard = Leopard::start(&[("LEOPARD_ACCESS_TOKEN_SECONDS", "3")]).await;
    let admin = leopard.admin().await;
    let mut stream = admin.follow(&leopard).await;
    assert_eq!(stream.rest(TIMEOUT).await, ["token_expired"]);
    let (status, problem, _) = leopard.stream().bearer(&admin.access).refused().await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_not_valid")));
    let inbox = admin.api.get("/api/v1/notifications/").await;
    inbox.problem(401, "token_not_valid");
}

#[tokio::test]
async fn logout_ends_streams_of_that_session_only() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let other = leopard.admin().await;
    let token = stream_token(&admin).await;
    let mut streams =
        [admin.follow(&leopard).await, leopard.stream().query("token", &token).open().await];
    let mut others = other.follow(&leopard).await;

    let body = json!({"refresh": admin.refresh});
    let api = leopard.anonymous();
    let answer = api.post("/api/token/blacklist/", body.clone()).await;
    assert_eq!(answer.expect(200), json!({}));
    for stream in &mut streams {
        let rest = stream.rest(SOON).await;
        assert!(!rest.contains(&"token_expired".to_owned()), "{rest:?}");
    }
    until("the access token is refused", SOON, async || {
        let answer = admin.api.get("/api/v1/notifications/").await;
        (answer.status == 401).then_some(())
    })
    .await;
    let again = api.post("/api/token/refresh/", body).await;
    again.problem(401, "token_not_valid");

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
    let make = ["task", "create", "--assigned-to", "admin", "--count", "300"];
    let make = [&make[..], &["--title", &title]].concat();
    leopard.workdir().cli(&make).await;
    leopard.until_open_streams(0, SOON).await;
    let mut unread = vec![];
    for user in [&admin, &other] {
        let request = leopard.stream().bearer(&user.access).receive_buffer(2048);
        unread.push(request.header("Last-Event-ID", "0").open().await);
    }
    let body = json!({"refresh": admin.refresh});
    let api = leopard.anonymous();
    api.post("/api/token/blacklist/", body).await.expect(200);
    leopard.until_open_streams(1, SOON).await;

    leopard.terminate();
    let status = leopard.ended(Duration::from_secs(10)).await;
    let log = leopard.log();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!log.contains("did not finish in time"), "{log}");
}

#[tokio::test]
async fn deactivation_ends_streams_and_refuses_tokens() {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    leopard.workdir().cli(&["user", "deactivate", "alice"]).await;
    stream.rest(SOON).await;
    until("the token is refused", SOON, async || {
        let answer = alice.api.get("/api/v1/notifications/").await;
        (answer.status == 401).then(|| answer.problem(401, "user_inactive"))
    })
    .await;
    let credentials = json!({"username": "alice", "password": alice.password});
    let answer = leopard.anonymous().post("/api/token/", credentials).await;
    answer.problem(401, "no_active_account");
}

#[tokio::test]
async fn password_change_ends_streams_of_older_sessions() {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    let command = ["user", "set-password", "alice", "--password-stdin"];
    leopard.workdir().cli_with_input(&command, "another password").await;
    stream.rest(SOON).await;
    User::log_in(&leopard, "alice", "another password").await;
}

#[tokio::test]
async fn reused_refresh_token_ends_the_session() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let api = leopard.anonymous();
    let body = json!({"refresh": admin.refresh});
    let pair = api.post("/api/token/refresh/", body.clone()).await;
    let pair = pair.expect(200);
    let access = pair["access"].as_str().unwrap();
    let mut stream = leopard.stream().bearer(access).open().await;

    let used = json!({"refresh": pair["refresh"]});
    let next = api.post("/api/token/refresh/", used).await.expect(200);
    let stolen = api.post("/api/token/refresh/", body).await;
    stolen.problem(401, "token_not_valid");
    stream.rest(SOON).await;
    let body = json!({"refresh": next["refresh"]});
    let successor = api.post("/api/token/refresh/", body).await;
    successor.problem(401, "token_not_valid");
}
