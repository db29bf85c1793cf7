//! API keys: a program sends notifications with one, on every node, until it is revoked.

use std::time::Duration;

use leopard_tests::fixtures::announcement_body;
use leopard_tests::support::{Leopard, User, Workdir};
use serde_json::{Value, json};

/// The documented delay.
const SOON: Duration = Duration::from_secs(5);

const NOTIFICATIONS: &str = "/api/v1/notifications/";
const OWN_KEYS: &str = "/api/v1/users/me/keys/";

async fn create_key(user: &User, scopes: &[&str]) -> Value {
    user.api.post(OWN_KEYS, json!({"name": "back end", "scopes": scopes})).await.expect(201)
}

fn text(key: &Value) -> &str {
    key["key"].as_str().expect("the key")
}

#[tokio::test]
async fn key_sends_notifications_without_a_log_in() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let created = create_key(&admin, &["notifications:send"]).await;
    let program = leopard.api(text(&created));
    let mut stream = alice.follow(&leopard).await;

    // The first request of a key may be a large one.
    let mut body = announcement_body("SYSTEM_ALERT", &[alice.id]);
    body["title"] = json!("Order 1042");
    body["ignored"] = json!("x".repeat(20_000));
    program.post(NOTIFICATIONS, body).await.expect(201);
    assert_eq!(stream.notification().await.data["title"], "Order 1042");

    let refused = program.get("/api/v1/tasks/").await;
    let problem = refused.problem(403, "insufficient_scope");
    assert!(problem["detail"].to_string().contains("tasks:read"), "{problem}");
    program.get(OWN_KEYS).await.problem(403, "permission_denied");

    // The key cannot be read again.
    let listed = admin.api.get(OWN_KEYS).await.expect(200);
    assert!(!listed.to_string().contains(text(&created)), "{listed}");
    let shown = &listed["results"][0];
    let prefix = shown["prefix"].as_str().expect("a prefix");
    assert!(text(&created).starts_with(prefix), "{prefix}");
    assert!(shown["last_used_at"].is_string(), "{shown}");
    assert!(!leopard.log().contains(text(&created)), "the log shows a key");
}

#[tokio::test]
async fn person_grants_no_more_than_they_may() {
    let (_leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    let body = json!({"name": "mine", "scopes": ["notifications:send", "tasks:read"]});
    let problem = alice.api.post(OWN_KEYS, body).await.problem(400, "invalid");
    assert!(problem["errors"]["scopes"].is_array(), "{problem}");
    let past =
        json!({"name": "mine", "scopes": ["tasks:read"], "expires_at": "2020-01-01T00:00:00Z"});
    let problem = alice.api.post(OWN_KEYS, past).await.problem(400, "invalid");
    assert!(problem["errors"]["expires_at"].is_array(), "{problem}");
}

#[tokio::test]
async fn revoked_key_is_refused_and_its_streams_end_on_all_nodes() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let alice = here.user("alice").await;
    let created = create_key(&alice, &["notifications:read"]).await;
    let key = text(&created);
    for node in [&here, &there] {
        node.api(key).get(NOTIFICATIONS).await.expect(200);
        let (status, ..) = node.stream().query("token", key).refused().await;
        assert_eq!(status, 401, "a key in a URL");
    }
    let mut streams =
        [here.stream().bearer(key).open().await, there.stream().bearer(key).open().await];

    let path = format!("{OWN_KEYS}{}/", created["id"]);
    assert_eq!(alice.api.delete(&path).await.status, 204);
    for stream in &mut streams {
        stream.rest(SOON).await;
    }
    for node in [&here, &there] {
        node.api(key).until_status(NOTIFICATIONS, 401, SOON).await;
    }
    alice.api.get(NOTIFICATIONS).await.expect(200);
}
