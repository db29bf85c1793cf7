//! Retries of announcements with the same `Idempotency-Key`.

use leopard_adapters::sql::SqlStore;
use leopard_core::domain::id::UserId;
use leopard_core::port::NotificationRepository as _;
use leopard_tests::support::retries::concurrent_retries;
use leopard_tests::support::seeded_users::{Member, on_postgres};
use leopard_tests::support::{Api, Leopard, Workdir};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/notifications/";
const MEMBERS: usize = 1_000;

fn alert(recipients: &[i64]) -> Value {
    json!({
        "notification_type": "SYSTEM_ALERT", "assigned_to": recipients,
        "message": "The lights go out at ten.", "due_date": "2035-12-10T22:00:00Z",
        "meta_info": {"building": "B"},
    })
}

/// Sends the same request many times at once; all responses must be the same.
async fn post_concurrently(api: &Api, body: &Value) -> Value {
    let responses = concurrent_retries(&[(api, PATH)], "at once", body).await;
    let mut responses = responses.into_iter().map(|it| it.expect(201));
    let first = responses.next().expect("a response");
    assert!(responses.all(|it| it == first));
    first
}

/// The number of notifications of each member, from the database of a stopped server.
async fn counts(workdir: &Workdir, members: &[Member]) -> Vec<i64> {
    let store = SqlStore::connect(&workdir.database_url()).await;
    let store = store.expect("a connection");
    let users = members.iter().map(|member| UserId(member.id)).collect();
    let mailboxes = store.mailboxes(users).await.expect("mailboxes");
    store.close().await.expect("an end");
    mailboxes.into_iter().map(|it| it.head).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_retries_notify_a_thousand_once_also_after_a_restart() {
    let (workdir, members) = on_postgres(&[], MEMBERS).await;
    let mut ids: Vec<i64> = members.iter().map(|member| member.id).collect();
    ids.sort_unstable();
    let body = alert(&ids);
    let leopard = workdir.serve().await;
    let (ann, bob) = (leopard.staff("ann").await, leopard.staff("bob").await);
    let first = post_concurrently(&ann.api, &body).await;
    assert_eq!(first["count"], MEMBERS);
    let results = first["results"].as_array().expect("a list").iter();
    assert!(results.map(|it| &it["assigned_to"]).eq(&ids));

    let workdir = leopard.stop().await;
    assert_eq!(counts(&workdir, &members).await, [1; MEMBERS]);
    let leopard = workdir.serve().await;
    let (ann, bob) = (leopard.api(&ann.access), leopard.api(&bob.access));
    let again = ann.post_with_key(PATH, "at once", &body).await;
    assert!(again.is_replayed());
    assert_eq!(again.expect(201), first);
    let other = ann.post_with_key(PATH, "at once", &alert(&ids[1..])).await;
    other.problem(422, "idempotency_key_reused");

    let others = bob.post_with_key(PATH, "at once", &body).await;
    assert!(!others.is_replayed(), "keys are per user");
    assert_ne!(others.expect(201), first);
    let workdir = leopard.stop().await;
    assert_eq!(counts(&workdir, &members).await, [2; MEMBERS]);
}

#[tokio::test]
async fn announcement_retry_hides_read_state_and_omits_deleted() {
    let (_leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    let body = alert(&[alice.id, bob.id]);
    let send = async || admin.api.post_with_key(PATH, "k", &body).await;
    let first = send().await.expect(201);
    let path = |place: usize| format!("{PATH}{}/", first["results"][place]["id"]);
    let (of_alice, of_bob) = (path(0), path(1));
    admin.api.get(&of_alice).await.problem(404, "not_found");

    let read = format!("{of_alice}update_notification/");
    let done = json!({"read": true, "is_completed": true});
    alice.api.patch(&read, done).await.expect(200);
    assert_eq!(send().await.expect(201), first);
    assert_eq!(bob.api.delete(&of_bob).await.status, 204);
    let left = json!({"count": 1, "results": [first["results"][0]]});
    assert_eq!(send().await.expect(201), left);
    assert_eq!(alice.api.delete(&of_alice).await.status, 204);
    send().await.problem(404, "not_found");
    assert_eq!(alice.api.inbox().await["count"], 0, "a retry creates nothing");
}
