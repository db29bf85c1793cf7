//! Types of notifications that users switch off and on.

use std::time::Duration;

use leopard_tests::fixtures::{announcement_body, now, task_body, task_path};
use leopard_tests::support::{Leopard, TIMEOUT, User, Workdir, until};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/notifications/preferences/";
const INBOX: &str = "/api/v1/notifications/";

/// The documented delay until a change applies on other nodes.
const SOON: Duration = Duration::from_secs(5);

async fn put(user: &User, body: Value) -> Value {
    user.api.put(PATH, body).await.expect(200)
}

/// The types that are on, or off.
fn those(preferences: &Value, on: bool) -> Vec<&str> {
    let all = preferences.as_object().expect("an object").iter();
    let those = all.filter(|(_, is_on)| **is_on == json!(on));
    those.map(|(kind, _)| kind.as_str()).collect()
}

async fn kinds(user: &User) -> Vec<Value> {
    let path = format!("{INBOX}?after=0&page_size=100");
    let inbox = user.api.get(&path).await.expect(200);
    let all = inbox["results"].as_array().expect("a list").iter();
    all.map(|one| one["notification_type"].clone()).collect()
}

#[tokio::test]
async fn preferences_are_per_user_and_omitted_types_stay() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    let all = alice.api.get(PATH).await.expect(200);
    assert_eq!(those(&all, true).len(), 11, "{all}");
    let off = put(&alice, json!({"TASK_DUE_SOON": false, "SYSTEM_ALERT": true})).await;
    assert_eq!(those(&off, false), ["TASK_DUE_SOON"]);
    assert_eq!(alice.api.get(PATH).await.expect(200), off);
    let more = put(&alice, json!({"CLIENT_ASSIGNED": false})).await;
    let mut both = those(&more, false);
    both.sort_unstable();
    assert_eq!(both, ["CLIENT_ASSIGNED", "TASK_DUE_SOON"]);
    assert_eq!(put(&alice, json!({})).await, more);
    assert_eq!(bob.api.get(PATH).await.expect(200), all);

    let leopard = leopard.crash().serve().await;
    let alice = User::log_in(&leopard, "alice", &alice.password).await;
    assert_eq!(alice.api.get(PATH).await.expect(200), more);
    let on = json!({"CLIENT_ASSIGNED": true, "TASK_DUE_SOON": true});
    assert_eq!(put(&alice, on).await, all);
}

#[tokio::test]
async fn muted_type_creates_no_notification() {
    let (leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    let mut stream = bob.follow(&leopard).await;
    let off = json!({"TASK_ASSIGNED": false, "TASK_MENTIONED": false, "TASK_COMPLETED": false});
    put(&bob, off).await;

    alice.api.create_task("By others", bob.id).await;
    bob.api.create_task("By himself", bob.id).await;
    let task = bob.api.create_task("For Alice", alice.id).await;
    let path = task_path(&task);
    let to_bob = json!({"assigned_to": bob.id});
    alice.api.patch(&path, to_bob.clone()).await.expect(200);
    let to_alice = json!({"assigned_to": alice.id});
    bob.api.patch(&path, to_alice).await.expect(200);
    let assign = format!("{path}assign/");
    alice.api.post(&assign, to_bob).await.expect(200);
    let complete = format!("{path}complete/");
    admin.api.post_empty(&complete).await.expect(200);

    let task = alice.api.create_task("Hers", alice.id).await;
    let path = task_path(&task);
    let comment = json!({"comment": "@bob and @alice"});
    alice.api.post(&format!("{path}add_comment/"), comment).await.expect(200);
    bob.api.get(&path).await.expect(200);

    assert_eq!(kinds(&bob).await, [""; 0]);
    let of_alice = ["TASK_ASSIGNED", "TASK_ASSIGNED", "TASK_ASSIGNED", "TASK_MENTIONED"];
    assert_eq!(kinds(&alice).await, of_alice);
    put(&bob, json!({"TASK_ASSIGNED": true})).await;
    alice.api.create_task("Again", bob.id).await;
    let first = stream.next().await;
    assert_eq!(first.id, Some(1), "muted notifications are not sent later");
    assert_eq!(first.data["title"], "New Task Assigned: Again");
}

#[tokio::test]
async fn muted_type_is_not_announced() {
    let (leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    let mut stream = bob.follow(&leopard).await;
    put(&bob, json!({"CLIENT_ASSIGNED": false})).await;
    let announce = async |kind: &str, to: &[i64]| {
        admin.api.post(INBOX, announcement_body(kind, to)).await.expect(201)
    };
    let made = announce("CLIENT_ASSIGNED", &[alice.id, bob.id]).await;
    assert_eq!(made["count"], 1);
    assert_eq!(made["results"][0]["assigned_to"], alice.id);
    let made = announce("CLIENT_ASSIGNED", &[bob.id]).await;
    assert_eq!(made, json!({"count": 0, "results": []}));
    for kind in ["SYSTEM_ALERT", "APPLICATION_ASSIGNED"] {
        let made = announce(kind, &[alice.id, bob.id]).await;
        assert_eq!(made["count"], 2);
    }
    for (cursor, kind) in [(1, "SYSTEM_ALERT"), (2, "APPLICATION_ASSIGNED")] {
        let event = stream.next().await;
        assert_eq!(event.id, Some(cursor));
        assert_eq!(event.data["notification_type"], kind);
    }
    assert_eq!(kinds(&bob).await, ["SYSTEM_ALERT", "APPLICATION_ASSIGNED"]);
    assert_eq!(kinds(&alice).await.len(), 3);
}

#[tokio::test]
async fn retry_of_muted_announcement_stays_empty() {
    let (_leopard, [admin, bob]) = Leopard::with_users(&[], ["admin", "bob"]).await;
    put(&bob, json!({"CLIENT_ASSIGNED": false})).await;
    let body = announcement_body("CLIENT_ASSIGNED", &[bob.id]);
    let first = admin.api.post_with_key(INBOX, "client 7", &body).await;
    assert!(!first.is_replayed());
    let empty = json!({"count": 0, "results": []});
    assert_eq!(first.expect(201), empty);
    put(&bob, json!({"CLIENT_ASSIGNED": true})).await;
    let again = admin.api.post_with_key(INBOX, "client 7", &body).await;
    assert!(again.is_replayed());
    assert_eq!(again.expect(201), empty);
    assert_eq!(kinds(&bob).await, [""; 0]);
}

#[tokio::test]
async fn task_becomes_overdue_with_muted_reminders() {
    let settings = [("LEOPARD_REMINDER_SECONDS", "1")];
    let (_leopard, [bob]) = Leopard::with_users(&settings, ["bob"]).await;
    let off = json!({"TASK_OVERDUE": false, "TASK_DUE_SOON": false});
    put(&bob, off).await;
    let mut task = task_body("T", bob.id);
    task["due_date"] = json!(now() + chrono::TimeDelta::seconds(1));
    let path = task_path(&bob.api.post("/api/v1/tasks/", task).await.expect(201));
    until("the task is overdue", TIMEOUT, async || {
        let task = bob.api.get(&path).await.expect(200);
        (task["status"] == "OVERDUE").then_some(())
    })
    .await;
    // Reminders are stored in the same commit.
    assert_eq!(kinds(&bob).await, ["TASK_ASSIGNED"]);
}

#[tokio::test]
async fn preference_change_reaches_other_nodes() {
    let [one, other] = Workdir::two_nodes(&[]).await;
    let bob = one.user("bob").await;
    let there = other.api(&bob.access);
    for (wanted, what) in [(false, "no notification"), (true, "notifications again")] {
        // The other node has Bob in its cache.
        there.create_task("Before", bob.id).await;
        put(&bob, json!({"TASK_ASSIGNED": wanted})).await;
        until(what, SOON, async || {
            let before = kinds(&bob).await.len();
            there.create_task("After", bob.id).await;
            ((kinds(&bob).await.len() > before) == wanted).then_some(())
        })
        .await;
        let seen = there.get(PATH).await.expect(200);
        assert_eq!(seen["TASK_ASSIGNED"], wanted);
    }
}
