//! Retries with an `Idempotency-Key`.

use std::collections::BTreeSet;

use leopard_tests::fixtures::{task_body, task_path};
use leopard_tests::support::retries::concurrent_retries;
use leopard_tests::support::sql::connect;
use leopard_tests::support::{
    Api, Leopard, Response, TIMEOUT, User, Workdir, document, new_database, until,
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

const TASKS: &str = "/api/v1/tasks/";
const CREATE: &str = "/api/v1/tasks/create/";
const USERS: &str = "/api/v1/users/";

/// A server on each kind of database, with two users.
async fn on_each_database() -> Vec<(Leopard, User, User)> {
    let workdirs = [Workdir::new(&[]), Workdir::for_node(&new_database().await)];
    let mut servers = vec![];
    for workdir in workdirs {
        let leopard = workdir.serve().await;
        let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
        servers.push((leopard, alice, bob));
    }
    servers
}

/// Sends the same request many times at once, through each of these APIs and paths. All responses have
/// this status and the same id, which this returns, and all but one are replayed.
async fn post_concurrently(calls: [(&Api, &str); 2], body: &Value, status: u16) -> Value {
    let responses = concurrent_retries(&calls, "at once", body).await;
    let ids: BTreeSet<_> =
        responses.into_iter().map(|it| it.expect(status)["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids.first().expect("an id").parse().expect("a number")
}

async fn count(api: &Api, path: &str) -> u64 {
    let page = api.get(path).await.expect(200);
    page["count"].as_u64().expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_retries_create_once_also_after_restart_and_crash() {
    for (leopard, alice, bob) in on_each_database().await {
        let body = task_body("At once", bob.id);
        let calls = [TASKS, CREATE].map(|path| (&alice.api, path));
        let made = post_concurrently(calls, &body, 201).await;
        assert_eq!(count(&alice.api, "/api/v1/tasks/?all_tasks=true").await, 1);
        assert_eq!(count(&bob.api, "/api/v1/notifications/").await, 1);

        let leopard = leopard.stop().await.serve().await;
        let api = leopard.api(&alice.access);
        let again = api.post_with_key(TASKS, "at once", &body).await;
        assert!(again.is_replayed());
        assert_eq!(again.expect(201)["id"], made);

        let late = task_body("Before a crash", bob.id);
        let acknowledged = api.post_with_key(TASKS, "late", &late).await.expect(201);
        let leopard = leopard.crash().serve().await;
        let api = leopard.api(&alice.access);
        let again = api.post_with_key(CREATE, "late", &late).await;
        assert!(again.is_replayed());
        assert_eq!(again.expect(201), acknowledged);
        let bob = leopard.api(&bob.access);
        assert_eq!(count(&bob, "/api/v1/notifications/").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_retries_on_two_nodes_create_once() {
    let [one, two] = Workdir::two_nodes(&[]).await;
    let alice = one.user("alice").await;
    let calls = [(&alice.api, TASKS), (&two.api(&alice.access), TASKS)];
    post_concurrently(calls, &task_body("At once", alice.id), 201).await;
    assert_eq!(count(&alice.api, TASKS).await, 1);
    assert_eq!(count(&alice.api, "/api/v1/notifications/").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn add_comment_retry_adds_and_notifies_once() {
    for (_leopard, alice, bob) in on_each_database().await {
        let task = alice.api.create_task("Ask", alice.id).await["id"].take();
        let path = format!("{TASKS}{task}/add_comment/");
        let comment = json!({"comment": "Well, @bob?"});
        let made = post_concurrently([(&alice.api, &path); 2], &comment, 200).await;
        assert_eq!(made, task);
        let read = alice.api.get(&format!("{TASKS}{task}/")).await.expect(200);
        assert_eq!(read["comments"].as_array().map(Vec::len), Some(1));
        assert_eq!(count(&bob.api, "/api/v1/notifications/").await, 1);

        // A key is per task.
        let other = alice.api.create_task("Ask", alice.id).await["id"].take();
        let path = format!("{TASKS}{other}/add_comment/");
        let added = alice.api.post_with_key(&path, "at once", &comment).await;
        assert!(!added.is_replayed());
        assert_eq!(added.expect(200)["id"], other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn comment_retry_returns_the_comment_until_it_is_deleted() {
    for (_leopard, alice, bob) in on_each_database().await {
        let task = alice.api.create_task("Ask", alice.id).await["id"].take();
        let path = format!("{TASKS}{task}/comments/");
        let body = json!({"comment": "Well, @bob?"});
        let comment = post_concurrently([(&alice.api, &path); 2], &body, 201).await;
        assert_eq!(count(&alice.api, &path).await, 1);
        assert_eq!(count(&bob.api, "/api/v1/notifications/").await, 1);

        // A key is per operation.
        let add = format!("{TASKS}{task}/add_comment/");
        let added = alice.api.post_with_key(&add, "at once", &body).await;
        assert!(!added.is_replayed());
        assert_eq!(added.expect(200)["comment_count"], 2);

        let deleted = alice.api.delete(&format!("{path}{comment}/")).await;
        assert_eq!(deleted.status, 204);
        let gone = alice.api.post_with_key(&path, "at once", &body).await;
        gone.problem(404, "not_found");
        assert_eq!(count(&alice.api, &path).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn create_user_retry_creates_once() {
    for (leopard, ..) in on_each_database().await {
        let admin = leopard.admin().await;
        let body = json!({"username": "once", "password": "sherwood forest"});
        let made = post_concurrently([(&admin.api, USERS); 2], &body, 201).await;
        let path = format!("{USERS}{made}/");
        let rename = admin.api.patch(&path, json!({"first_name": "Robin"})).await;
        rename.expect(200);
        let again = admin.api.post_with_key(USERS, "at once", &body).await;
        assert_eq!(again.expect(201)["first_name"], "Robin");
        let other = json!({"username": "twice", "password": "sherwood forest"});
        let other = admin.api.post_with_key(USERS, "at once", &other).await;
        other.problem(422, "idempotency_key_reused");
        let taken = admin.api.post_with_key(USERS, "another", &body).await;
        taken.problem(400, "invalid");
    }
}

#[tokio::test]
async fn every_creating_post_is_idempotent() {
    let leopard = Leopard::start(&[]).await;
    let api = leopard.admin().await.api;
    let mut made = BTreeSet::new();
    let posts = document::operations().into_values().filter(|it| it.method == "POST");
    for operation in posts {
        let (path, body) = (operation.path_with("1"), operation.body.unwrap_or(json!({})));
        let first = api.post_with_key(&path, &path, &body).await;
        if first.status != 201 {
            continue;
        }
        let again = api.post_with_key(&path, &path, &body).await;
        assert!(!first.is_replayed() && again.is_replayed(), "{path}");
        let mut expected = first.expect(201);
        if path.ends_with("/keys/") {
            // Only its hash is stored.
            expected["key"] = Value::Null;
        }
        assert_eq!(again.expect(201), expected, "{path}");
        made.insert(path);
    }
    let (comments, announcements) = ("/api/v1/tasks/1/comments/", "/api/v1/notifications/");
    for path in [TASKS, CREATE, USERS, comments, announcements, "/api/v1/users/me/keys/"] {
        assert!(made.contains(path), "{path}: {made:?}");
    }
}

#[tokio::test]
async fn reused_key_with_other_body_is_refused_and_keys_are_per_user() {
    let (_leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    let body = task_body("One", alice.id);
    let made = alice.api.post_with_key(TASKS, "k", &body).await.expect(201);
    let spaced = alice.api.request("POST", CREATE);
    let spaced = spaced.header("Idempotency-Key", "k");
    let spaced = spaced.header("Content-Type", "application/json");
    for other in [task_body("Other", alice.id).to_string(), format!("{body} ")] {
        let request = spaced.try_clone().expect("a request").body(other);
        Response::of(request).await.problem(422, "idempotency_key_reused");
    }
    let others = bob.api.post_with_key(TASKS, "k", &body).await;
    assert!(!others.is_replayed());
    assert_ne!(others.expect(201)["id"], made["id"]);
}

#[tokio::test]
async fn retry_returns_the_current_state() {
    let (_leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    let body = task_body("First", alice.id);
    let made = alice.api.post_with_key(TASKS, "k", &body).await.expect(201);
    let path = task_path(&made);
    let changed = alice.api.patch(&path, json!({"title": "Second"})).await;
    let tag = changed.header("ETag").to_owned();
    let changed = changed.expect(200);
    let again = alice.api.post_with_key(TASKS, "k", &body).await;
    assert_eq!(again.header("ETag"), tag);
    assert_eq!(again.expect(201), changed);

    assert_eq!(alice.api.delete(&path).await.status, 204);
    let gone = alice.api.post_with_key(TASKS, "k", &body).await;
    gone.problem(404, "not_found");
    assert_eq!(count(&alice.api, TASKS).await, 0);
}

#[tokio::test]
async fn refused_request_leaves_no_idempotency_key() {
    let (_leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    for wrong in [task_body("", alice.id), task_body("For an unknown user", 404)] {
        let refused = alice.api.post_with_key(TASKS, "k", &wrong).await;
        refused.problem(400, "invalid");
    }
    let good = alice.api.post_with_key(TASKS, "k", &task_body("Good", alice.id)).await;
    assert!(!good.is_replayed());
    good.expect(201);
}

#[tokio::test]
async fn invalid_idempotency_key_is_refused_and_empty_is_absent() {
    let (_leopard, [alice]) = Leopard::with_users(&[], ["alice"]).await;
    let body = task_body("Named", alice.id);
    let too_long = "x".repeat(256);
    let length = "Ensure this field has no more than 255 characters.";
    let kind = "Only printable ASCII characters are allowed.";
    for (key, message) in [(&*too_long, length), ("a\tb", kind), ("sch\u{f6}n", kind)] {
        for path in [TASKS, CREATE] {
            let refused = alice.api.post_with_key(path, key, &body).await;
            let problem = refused.problem(400, "invalid");
            assert_eq!(problem["errors"], json!({"Idempotency-Key": [message]}));
        }
    }
    assert_eq!(count(&alice.api, TASKS).await, 0);
    for key in ["", "", &too_long[1..]] {
        let made = alice.api.post_with_key(TASKS, key, &body).await;
        assert!(!made.is_replayed());
        made.expect(201);
    }
    assert_eq!(count(&alice.api, TASKS).await, 3);
}

#[tokio::test]
async fn idempotency_key_expires_after_a_day() {
    let url = new_database().await;
    let leopard = Workdir::for_node(&url).serve().await;
    let alice = leopard.user("alice").await;
    let body = task_body("Old", alice.id);
    let old = alice.api.post_with_key(TASKS, "k", &body).await.expect(201);
    let workdir = leopard.stop().await;

    let database = connect(&url).await;
    let age = "UPDATE idempotency_keys SET created_at = created_at - interval '24 hours'";
    let aged = database.execute_unprepared(age).await.expect("it is older");
    assert_eq!(aged.rows_affected(), 1);

    let leopard = workdir.serve().await;
    until("the key is deleted", TIMEOUT, async || {
        let left = database.execute_unprepared("SELECT FROM idempotency_keys");
        (left.await.expect("a response").rows_affected() == 0).then_some(())
    })
    .await;
    let again = leopard.api(&alice.access).post_with_key(TASKS, "k", &body).await;
    assert!(!again.is_replayed());
    assert_ne!(again.expect(201)["id"], old["id"]);
}
