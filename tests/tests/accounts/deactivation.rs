//! Deactivation, lost rights and new passwords take effect within five seconds: for tokens and
//! streams, at every node, whichever process made the change.

use std::time::{Duration, Instant};

use leopard_tests::support::{Leopard, TIMEOUT, User, Workdir, until};
use serde_json::{Value, json};

/// The documented delay.
const SOON: Duration = Duration::from_secs(5);

const PASSWORD: &str = "/api/v1/users/me/password/";
const ME: &str = "/api/v1/users/me/";

async fn change_password(user: &User, new: &str) {
    let body = json!({"old_password": user.password, "new_password": new});
    let changed = user.api.post(PASSWORD, body).await;
    assert_eq!(changed.expect(200), json!({}));
}

async fn set(staff: &User, user: &User, edit: Value) {
    let path = format!("/api/v1/users/{}/", user.id);
    staff.api.patch(&path, edit).await.expect(200);
}

#[tokio::test]
async fn password_change_ends_other_sessions_on_all_nodes() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let phone = here.user("alice").await;
    let desk = User::log_in(&there, "alice", &phone.password).await;
    let bob = there.user("bob").await;
    let (mut own, mut own_there) = (phone.follow(&here).await, phone.follow(&there).await);
    let token = phone.api.stream_token().await;
    let mut by_url = there.stream().query("token", &token).open().await;
    let (mut other, mut other_here) = (desk.follow(&there).await, desk.follow(&here).await);
    let mut bobs = bob.follow(&there).await;
    // Both nodes cache that the other session is valid.
    here.api(&desk.access).get(ME).await.expect(200);
    desk.api.get(ME).await.expect(200);

    change_password(&phone, "another quiet morning").await;
    for stream in [&mut other, &mut other_here] {
        let rest = stream.rest(SOON).await;
        assert!(!rest.contains(&"token_expired".to_owned()), "{rest:?}");
    }
    desk.api.until_status(ME, 401, SOON).await;
    here.api(&desk.access).until_status(ME, 401, SOON).await;
    here.refresh(&desk.refresh).await.problem(401, "token_not_valid");

    // The login that changed the password keeps its streams and tokens, and so do other users.
    bob.api.create_task("Still here", phone.id).await;
    bob.api.create_task("And there", bob.id).await;
    for stream in [&mut own, &mut own_there, &mut by_url, &mut bobs] {
        stream.notification().await;
    }
    for node in [&here, &there] {
        node.api(&phone.access).get(ME).await.expect(200);
    }
    let pair = there.refresh(&phone.refresh).await.expect(200);
    let access = pair["access"].as_str().expect("a token");
    here.api(access).get(ME).await.expect(200);

    there.log_in("alice", &phone.password).await.problem(401, "no_active_account");
    User::log_in(&there, "alice", "another quiet morning").await;
}

#[tokio::test]
async fn token_without_session_ends_with_a_password_change() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let token = leopard.workdir().cli(&["token", "admin"]).await;
    let script = leopard.api(token.trim());
    let mut stream = leopard.stream().bearer(token.trim()).open().await;
    // Tokens have whole seconds: one from the second of the change stays valid.
    let issued = Instant::now();
    until("that second is over", SOON, async || {
        (issued.elapsed() >= Duration::from_secs(1)).then_some(())
    })
    .await;
    let body = json!({"old_password": admin.password, "new_password": "a quiet morning"});
    script.post(PASSWORD, body).await.expect(200);
    stream.rest(SOON).await;
    script.until_status(ME, 401, SOON).await;
    admin.api.until_status(ME, 401, SOON).await;
    User::log_in(&leopard, "admin", "a quiet morning").await;
}

#[tokio::test]
async fn password_change_attempts_are_throttled() {
    let settings = [("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "3")];
    let (leopard, [admin]) = Leopard::with_users(&settings, ["admin"]).await;
    let guess = |old: &str| {
        let body = json!({"old_password": old, "new_password": "a quiet morning"});
        admin.api.post(PASSWORD, body)
    };
    for _ in 0..3 {
        guess("a guess").await.problem(400, "invalid");
    }
    for old in ["a guess", &admin.password] {
        guess(old).await.throttled(60);
    }
    // The throttle counts logins too, and nothing else.
    leopard.log_in("admin", &admin.password).await.throttled(60);
    admin.api.get(ME).await.expect(200);
}

#[tokio::test]
async fn deactivation_applies_on_all_nodes_until_reactivation() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let (admin, alice) = (here.admin().await, there.user("alice").await);
    let (mut stream, mut stream_here) = (alice.follow(&there).await, alice.follow(&here).await);
    for node in [&here, &there] {
        node.api(&alice.access).get(ME).await.expect(200);
    }
    set(&admin, &alice, json!({"is_active": false})).await;
    stream.rest(SOON).await;
    stream_here.rest(SOON).await;
    for node in [&here, &there] {
        node.api(&alice.access).until_status(ME, 401, SOON).await;
        let refused = node.api(&alice.access).get(ME).await;
        let problem = refused.problem(401, "user_inactive");
        assert_eq!(problem["detail"], "User is inactive");
        let (status, _, _) = node.stream().bearer(&alice.access).refused().await;
        assert_eq!(status, 401);
        node.log_in("alice", &alice.password).await.problem(401, "no_active_account");
    }

    set(&admin, &alice, json!({"is_active": true})).await;
    for node in [&here, &there] {
        node.api(&alice.access).until_status(ME, 200, SOON).await;
        alice.follow(node).await;
    }
    User::log_in(&there, "alice", &alice.password).await;
}

#[tokio::test]
async fn stream_opened_during_deactivation_ends_too() {
    let (leopard, [alice]) =
        Leopard::with_users(&[("LEOPARD_STREAMS_PER_USER", "10000")], ["alice"]).await;
    // Another process deactivates her, while this one has her in its cache.
    let deactivating = async {
        leopard.workdir().cli(&["user", "deactivate", "alice"]).await;
        Instant::now()
    };
    let opening = async {
        let mut streams = vec![];
        until("no stream opens any more", TIMEOUT, async || {
            let stream = leopard.stream().bearer(&alice.access);
            match stream.open_unless_refused().await {
                Ok(stream) => {
                    streams.push(stream);
                    None
                }
                Err(head) => {
                    assert!(head.starts_with("http/1.1 401 "), "{head}");
                    Some(())
                }
            }
        })
        .await;
        streams
    };
    let (deactivated, mut streams) = tokio::join!(deactivating, opening);
    assert!(!streams.is_empty());
    for stream in &mut streams {
        stream.rest(SOON.saturating_sub(deactivated.elapsed())).await;
    }
}

#[tokio::test]
async fn demoted_staff_cannot_administer_on_any_node() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let (admin, alice) = (here.admin().await, there.user("alice").await);
    let path = "/api/v1/users/1/";
    for node in [&here, &there] {
        let refused = node.api(&alice.access).get(path).await;
        refused.problem(403, "permission_denied");
    }
    set(&admin, &alice, json!({"is_staff": true})).await;
    for node in [&here, &there] {
        node.api(&alice.access).until_status(path, 200, SOON).await;
    }
    set(&admin, &alice, json!({"is_staff": false})).await;
    for node in [&here, &there] {
        node.api(&alice.access).until_status(path, 403, SOON).await;
        node.api(&alice.access).get(ME).await.expect(200);
    }
}

#[tokio::test]
async fn mutual_demotion_succeeds_for_one() {
    let [here, there] = Workdir::two_nodes(&[]).await;
    let (admin, alice) = (here.admin().await, there.user("alice").await);
    set(&admin, &alice, json!({"is_staff": true})).await;
    alice.api.until_status("/api/v1/users/1/", 200, SOON).await;
    let demote = |by: &User, user: &User| {
        let (api, path) = (by.api.clone(), format!("/api/v1/users/{}/", user.id));
        async move { api.patch(&path, json!({"is_staff": false})).await }
    };
    let (one, other) = tokio::join!(demote(&admin, &alice), demote(&alice, &admin));
    // The loser is the last staff user, or has already lost the right to demote.
    let (done, refused) = if one.status == 200 { (one, other) } else { (other, one) };
    done.expect(200);
    assert!([400, 403].contains(&refused.status), "{refused:?}");
    let mut left = 0;
    for user in [&admin, &alice] {
        let me = user.api.get(ME).await.expect(200);
        left += u32::from(me["is_staff"] == true);
    }
    assert_eq!(left, 1);
}
