//! The security log, in both formats, behind a proxy and from the command line.

use leopard_tests::fixtures::{announcement_body, credentials};
use leopard_tests::support::log_lines::{Line, lines};
use leopard_tests::support::{Leopard, Response, User};
use serde_json::{Value, json};

/// The client's address, as the proxy on this machine forwards it.
const CLIENT: &str = "192.0.2.7";

fn line<const N: usize>(members: [(&str, String); N]) -> Line {
    members.map(|(name, value)| (name.to_owned(), value)).into()
}

/// A server behind a proxy on this machine, with low limits.
async fn start(format: &str) -> Leopard {
    Leopard::start(&[
        ("LEOPARD_LOG_FORMAT", format),
        ("LEOPARD_LOG", "info,access=debug"),
        ("LEOPARD_TRUSTED_PROXIES", "loopback"),
        ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "2"),
        ("LEOPARD_REFRESH_GRACE_SECONDS", "0"),
    ])
    .await
}

/// Calls `METHOD PATH` as this user or without a token.
async fn call(leopard: &Leopard, user: Option<&User>, call: &str, body: Value) -> Response {
    let api = user.map_or(leopard.anonymous(), |user| user.api.clone());
    let (method, path) = call.split_once(' ').expect("a method and a path");
    let request = api.request(method, path).header("X-Forwarded-For", CLIENT);
    Response::of(request.json(&body)).await
}

/// Does everything that the security log records, and returns the expected lines.
async fn do_everything(leopard: &Leopard, admin: &User, bob: &User) -> Vec<Line> {
    let event = |name: &str| ("event", name.to_owned());
    let client = || ("client", CLIENT.to_owned());
    let by = |user: &User| ("user_id", user.id.to_string());
    let of = |user: &User| ("target_user_id", user.id.to_string());
    let log_in = async |name: &str, password: &str| {
        call(leopard, None, "POST /api/token/", credentials(name, password)).await.status
    };
    let mut expected = vec![];

    assert_eq!(log_in("hunter2-typed-as-a-name", "x").await, 401);
    expected.push(line([event("login_failed"), client()]));
    for _ in 0..2 {
        assert_eq!(log_in("bob", "hunter2-typed-as-a-password").await, 401);
        expected.push(line([event("login_failed"), client(), of(bob)]));
    }
    assert_eq!(log_in("bob", &bob.password).await, 429);
    expected.push(line([event("login_throttled"), client(), of(bob)]));

    let log_in = credentials("admin", &admin.password);
    let pair = call(leopard, None, "POST /api/token/", log_in).await.expect(200);
    let refresh = json!({"refresh": pair["refresh"]});
    for status in [200, 401, 401] {
        let refreshed = call(leopard, None, "POST /api/token/refresh/", refresh.clone()).await;
        assert_eq!(refreshed.status, status);
    }
    expected.push(line([event("refresh_token_reused"), client(), of(admin)]));

    let path = format!("PATCH /api/v1/users/{}/", bob.id);
    for (edit, name) in [
        (json!({"is_staff": true, "is_active": true}), "rights_changed"),
        (json!({"is_staff": true, "first_name": "Bob"}), ""),
        (json!({"is_staff": false}), "rights_changed"),
        (json!({"is_active": false}), "user_deactivated"),
        (json!({"is_active": true}), "user_activated"),
    ] {
        call(leopard, Some(admin), &path, edit.clone()).await.expect(200);
        let mut rights = line([event(name), client(), by(admin), of(bob)]);
        match name {
            "" => continue,
            "rights_changed" => {
                drop(rights.insert("is_staff".to_owned(), edit["is_staff"].to_string()));
            }
            _ => {}
        }
        expected.push(rights);
    }

    let announce = async |recipients: &[i64]| {
        let body = announcement_body("SYSTEM_ALERT", recipients);
        call(leopard, Some(admin), "POST /api/v1/notifications/", body).await.expect(201);
    };
    let sent = |recipients: u32| ("recipients", recipients.to_string());
    let carol = leopard.user("carol").await;
    announce(&[admin.id]).await;
    announce(&[admin.id, bob.id]).await;
    expected.push(line([event("notifications_sent"), client(), by(admin), of(bob), sent(1)]));
    announce(&[carol.id, bob.id]).await;
    expected.push(line([event("notifications_sent"), client(), by(admin), sent(2)]));

    let change = json!({"old_password": carol.password, "new_password": "sherwood forest"});
    let changed = call(leopard, Some(&carol), "POST /api/v1/users/me/password/", change);
    changed.await.expect(200);
    expected.push(line([event("password_changed"), client(), by(&carol), of(&carol)]));
    expected.extend(use_keys(leopard, admin, &carol).await);
    expected.extend(provision(leopard, admin).await);
    expected
}

/// Creates a user by external id, repeats that without effect, and issues a token.
async fn provision(leopard: &Leopard, admin: &User) -> Vec<Line> {
    let path = "/api/v1/users/by-external-id/customer-7/";
    let put = format!("PUT {path}");
    let created = call(leopard, Some(admin), &put, json!({})).await.expect(201);
    call(leopard, Some(admin), &put, json!({})).await.expect(200);
    call(leopard, Some(admin), &format!("POST {path}token/"), json!({})).await.expect(200);
    let line = |event: &str| {
        line([
            ("event", event.to_owned()),
            ("client", CLIENT.to_owned()),
            ("user_id", admin.id.to_string()),
            ("target_user_id", created["id"].to_string()),
        ])
    };
    vec![line("user_provisioned"), line("token_issued")]
}

/// Creates and revokes a key, and sends a large body with a wrong secret, which two checks look up.
async fn use_keys(leopard: &Leopard, admin: &User, owner: &User) -> Vec<Line> {
    let path = format!("/api/v1/users/{}/keys/", owner.id);
    let new = json!({"name": "back end", "scopes": ["tasks:write"]});
    let created = call(leopard, Some(admin), &format!("POST {path}"), new).await.expect(201);
    let key = created["key"].as_str().expect("a key");
    let secret = key.rsplit('_').next().expect("a secret");
    let api = leopard.api(&key.replace(secret, &"0".repeat(secret.len())));
    let request = api.request("POST", "/api/v1/tasks/").header("X-Forwarded-For", CLIENT);
    let refused = Response::of(request.json(&json!({"detail": "x".repeat(20_000)}))).await;
    refused.problem(401, "token_not_valid");
    let revoke = format!("DELETE {path}{}/", created["id"]);
    assert_eq!(call(leopard, Some(admin), &revoke, json!({})).await.status, 204);

    let line = |event: &str, by: Option<&User>| {
        let mut line = line([
            ("event", event.to_owned()),
            ("client", CLIENT.to_owned()),
            ("target_user_id", owner.id.to_string()),
            ("key_id", created["id"].to_string()),
        ]);
        line.extend(by.map(|user| ("user_id".to_owned(), user.id.to_string())));
        line
    };
    let admin = Some(admin);
    vec![line("key_created", admin), line("key_refused", None), line("key_revoked", admin)]
}

#[tokio::test]
async fn security_log_records_each_action_once() {
    for format in ["text", "json"] {
        let leopard = start(format).await;
        let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
        let before = lines(&leopard.log(), "security").len();
        let expected = do_everything(&leopard, &admin, &bob).await;
        // The line of a request comes before its response.
        let log = leopard.log();
        let found = lines(&log, "security").split_off(before);
        assert_eq!(found, expected, "{format}: {log}");
        for secret in ["hunter2", &bob.password, &bob.refresh, &admin.access, "sherwood forest"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}

#[tokio::test]
async fn security_log_has_command_line_actions() {
    let (leopard, [bob]) = Leopard::with_users(&[("LEOPARD_LOG_FORMAT", "json")], ["bob"]).await;
    let target = ("target_user_id", bob.id.to_string());
    for (command, name) in [
        (vec!["user", "set-password", "bob", "--password-stdin"], "password_changed"),
        (vec!["user", "deactivate", "bob"], "user_deactivated"),
    ] {
        let ended = leopard.workdir().run_with_input(&command, "sherwood forest").await;
        assert!(ended.success, "{ended:?}");
        let expected = line([("event", name.to_owned()), target.clone()]);
        assert_eq!(lines(&ended.stderr, "security"), [expected], "{ended:?}");
    }
    let create = ["user", "create", "eve", "--staff", "--password-stdin"];
    let ended = leopard.workdir().run_with_input(&create, "sherwood forest").await;
    let [created] = &lines(&ended.stderr, "security")[..] else { panic!("one line: {ended:?}") };
    assert_eq!(created["event"], "rights_changed");
    assert_eq!(created["is_staff"], "true");
}
