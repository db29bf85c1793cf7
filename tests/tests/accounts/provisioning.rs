//! Users of another system: a program creates them and logs them in.

use std::time::Duration;

use leopard_tests::support::{Api, Leopard, TIMEOUT, User, Workdir, until};
use serde_json::{Value, json};

/// The documented delay.
const SOON: Duration = Duration::from_secs(5);

const NOTIFICATIONS: &str = "/api/v1/notifications/";
const USERS: &str = "/api/v1/users/";

/// A service with a key that permits all that provisioning needs: its API, and the path of the key.
async fn back_end(leopard: &Leopard, staff: &User) -> (Api, String) {
    let service = json!({"username": "shop", "kind": "service"});
    let service = staff.api.post(USERS, service).await.expect(201);
    let keys = format!("{USERS}{}/keys/", service["id"]);
    let scopes = ["users:write", "tokens:issue", "notifications:send"];
    let key = json!({"name": "back end", "scopes": scopes});
    let key = staff.api.post(&keys, key).await.expect(201);
    (leopard.api(key["key"].as_str().expect("a key")), format!("{keys}{}/", key["id"]))
}

fn path(external_id: &str) -> String {
    format!("{USERS}by-external-id/{external_id}/")
}

fn token(issued: &Value) -> &str {
    issued["access"].as_str().expect("a token")
}

#[tokio::test]
async fn program_creates_updates_and_logs_in_its_own_users() {
    let leopard = Leopard::start(&[]).await;
    let (shop, _) = back_end(&leopard, &leopard.admin().await).await;
    let created = shop.put(&path("crm%2F7%20%C3%A4"), json!({"username": "robin"})).await;
    let created = created.expect(201);
    assert_eq!(created["external_id"], "crm/7 ä");
    assert_eq!((&created["kind"], &created["is_staff"]), (&json!("person"), &json!(false)));
    let edit = json!({"username": "robin.hood", "first_name": "Robin"});
    let updated = shop.put(&path("crm%2F7%20%C3%A4"), edit).await.expect(200);
    assert_eq!((&updated["id"], &updated["username"]), (&created["id"], &json!("robin.hood")));
    assert_eq!(shop.get(&path("crm%2F7%20%C3%A4")).await.expect(200), updated);
    shop.get(&path("crm%2F8")).await.problem(404, "not_found");

    let own = path("crm%2F7%20%C3%A4") + "token/";
    let issued = shop.post(&own, json!({"ttl_seconds": 60})).await.expect(200);
    assert_eq!(issued["expires_in"], 60);
    let robin = leopard.api(token(&issued));
    assert_eq!(robin.get("/api/v1/users/me/").await.expect(200)["username"], "robin.hood");
    // There is no password, not even an empty one.
    for password in ["robin.hood", " "] {
        let status = leopard.log_in("robin.hood", password).await.status;
        assert!([400, 401].contains(&status), "{status}");
    }

    let mut stream = leopard.stream().bearer(token(&issued)).open().await;
    let body = json!({
        "notification_type": "SYSTEM_ALERT",
        "title": "Order 1042",
        "recipients": [{"external_id": "crm/7 ä"}],
    });
    shop.post(NOTIFICATIONS, body).await.expect(201);
    assert_eq!(stream.notification().await.data["title"], "Order 1042");
}

#[tokio::test]
async fn accounts_are_not_taken_over_and_staff_is_out_of_reach() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let (shop, _) = back_end(&leopard, &admin).await;
    for (id, body) in [("alice", json!({})), ("7", json!({"username": "alice"}))] {
        let problem = shop.put(&path(id), body).await.problem(400, "invalid");
        let taken = "A user with that username already exists.";
        assert_eq!(problem["errors"]["username"], json!([taken]));
    }
    let problem = shop.put(&path("crm%2F7"), json!({})).await.problem(400, "invalid");
    assert_eq!(problem["errors"]["username"], json!(["This field is required."]));
    let long = "x".repeat(256);
    let problem = shop.put(&path(&long), json!({})).await.problem(400, "invalid");
    assert!(problem["errors"]["external_id"].is_array(), "{problem}");

    let created = shop.put(&path("7"), json!({"username": "robin"})).await.expect(201);
    let problem = shop.put(&path("7"), json!({"username": "alice"})).await.problem(400, "invalid");
    assert!(problem["errors"]["username"].is_array(), "{problem}");
    let of_robin = format!("{USERS}{}/", created["id"]);
    let raise = json!({"is_staff": true});
    shop.patch(&of_robin, raise.clone()).await.problem(403, "permission_denied");
    admin.api.patch(&of_robin, raise).await.expect(200);
    shop.put(&path("7"), json!({"first_name": "R"})).await.problem(403, "permission_denied");
    let mine = path("7") + "token/";
    shop.post(&mine, json!({})).await.problem(403, "permission_denied");
    assert_eq!(admin.api.post(&mine, json!({})).await.expect(200)["expires_in"], 4 * 3_600);

    let of_alice = format!("{USERS}{}/", alice.id);
    shop.patch(&of_alice, json!({"is_active": false})).await.expect(200);
    let issue = shop.post(&(of_alice + "token/"), json!({})).await;
    issue.problem(409, "user_deactivated");
}

#[tokio::test]
async fn issued_token_and_its_streams_end_with_the_key_on_all_nodes() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let boss = here.staff("boss").await;
    let (shop, key) = back_end(&here, &boss).await;
    shop.put(&path("7"), json!({"username": "robin"})).await.expect(201);
    let issued = shop.post(&(path("7") + "token/"), json!({})).await.expect(200);
    let stream_token = there.api(token(&issued)).stream_token().await;
    let mut streams = [
        here.stream().bearer(token(&issued)).open().await,
        there.stream().query("token", &stream_token).open().await,
    ];
    assert_eq!(boss.api.delete(&key).await.status, 204);
    for stream in &mut streams {
        stream.rest(SOON).await;
    }
    for node in [&here, &there] {
        node.api(token(&issued)).until_status(NOTIFICATIONS, 401, SOON).await;
        let stream = format!("{NOTIFICATIONS}stream/?token={stream_token}");
        until("the stream token is refused", SOON, async || {
            // The head is enough: a stream has no end.
            let head = node.anonymous().request("GET", &stream).send().await.expect("a response");
            (head.status() == 401).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn nodes_agree_on_external_ids() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let boss = here.staff("boss").await;
    let elsewhere = User::log_in(&there, "boss", &boss.password).await;
    let body = json!({"username": "robin"});
    let path = path("7");
    let creations = (boss.api.put(&path, body.clone()), elsewhere.api.put(&path, body));
    let (one, other) = tokio::join!(creations.0, creations.1);
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(one.json()["id"], other.json()["id"]);

    let body = json!({"notification_type": "SYSTEM_ALERT", "recipients": [{"external_id": "7"}]});
    elsewhere.api.post(NOTIFICATIONS, body).await.expect(201);
    boss.api.put(&path, json!({"username": "robin.hood"})).await.expect(200);
    until("the other node lists the new name", TIMEOUT.min(SOON), async || {
        let found = elsewhere.api.get(&format!("{USERS}?search=robin.hood")).await.expect(200);
        (found["count"] == 1).then_some(())
    })
    .await;
}
