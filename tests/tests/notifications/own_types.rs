//! Notification types that staff define.

use leopard_tests::fixtures::announcement_body;
use leopard_tests::support::{Leopard, TIMEOUT, User, Workdir, until};
use serde_json::{Value, json};

const TYPES: &str = "/api/v1/notification-types/";
const NEWS: &str = "/api/v1/notification-types/NEWS/";
const INBOX: &str = "/api/v1/notifications/";
const PREFERENCES: &str = "/api/v1/notifications/preferences/";

async fn names(user: &User) -> Vec<Value> {
    let page = user.api.get(&format!("{TYPES}?page_size=100")).await.expect(200);
    let all = page["results"].as_array().expect("a list").clone();
    assert_eq!(page["count"], all.len());
    all.iter().map(|one| one["name"].clone()).collect()
}

#[tokio::test]
async fn defined_type_is_sent_with_its_texts_and_stays_in_inboxes() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let body = || announcement_body("NEWS", &[alice.id]);
    let unknown = admin.api.post(INBOX, body()).await.problem(400, "invalid");
    let known = names(&alice).await;
    let known: Vec<_> = known.iter().map(|name| name.as_str().expect("a name")).collect();
    let hint = format!("Choose one of {}.", known.join(", "));
    let errors = json!({"notification_type": ["\"NEWS\" is not a valid choice.", hint]});
    assert_eq!(unknown["errors"], errors);

    let definition = json!({"display": "What is new", "default_title": "Read this"});
    let defined = admin.api.put(NEWS, definition).await.expect(201);
    let expected = json!({
        "name": "NEWS", "display": "What is new", "description": "", "default_title": "Read this",
        "default_message": null, "can_be_muted": true, "on_by_default": true,
    });
    assert_eq!(defined, expected);
    assert_eq!(names(&alice).await.last(), Some(&json!("NEWS")));
    let mut stream = alice.follow(&leopard).await;
    admin.api.post(INBOX, body()).await.expect(201);
    let event = stream.next().await;
    assert_eq!(event.data["notification_type"], "NEWS");
    assert_eq!(event.data["title"], "Read this");
    assert_eq!(event.data["message"], "What is new");
    let listed = alice.api.get(&format!("{INBOX}?type=NEWS")).await.expect(200);
    assert_eq!(listed["results"][0]["notification_type_display"], "What is new");

    let renamed = admin.api.put(NEWS, json!({"display": "News"})).await.expect(200);
    assert_eq!((&renamed["display"], &renamed["default_title"]), (&json!("News"), &json!(null)));
    assert_eq!(admin.api.delete(NEWS).await.status, 204);
    admin.api.delete(NEWS).await.problem(404, "not_found");
    admin.api.post(INBOX, body()).await.problem(400, "invalid");
    let leopard = leopard.crash().serve().await;
    let alice = User::log_in(&leopard, "alice", &alice.password).await;
    let kept = &alice.api.get(INBOX).await.expect(200)["results"][0];
    assert_eq!((&kept["notification_type"], &kept["title"]), (&json!("NEWS"), &json!("Read this")));
    assert_eq!(names(&alice).await.len(), 11);
}

#[tokio::test]
async fn type_that_is_off_by_default_reaches_those_who_enabled_it() {
    let (_leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    admin.api.put(NEWS, json!({"on_by_default": false})).await.expect(201);
    let mut preferences = bob.api.get(PREFERENCES).await.expect(200);
    assert_eq!(preferences["NEWS"], false);
    preferences["NEWS"] = json!(true);
    assert_eq!(bob.api.put(PREFERENCES, json!({"NEWS": true})).await.expect(200), preferences);
    let body = announcement_body("NEWS", &[alice.id, bob.id]);
    let sent = admin.api.post(INBOX, body).await.expect(201);
    assert_eq!((&sent["count"], &sent["results"][0]["assigned_to"]), (&json!(1), &json!(bob.id)));
}

#[tokio::test]
async fn type_that_cannot_be_muted_reaches_everyone() {
    let (_leopard, [admin, bob]) = Leopard::with_users(&[], ["admin", "bob"]).await;
    admin.api.put(NEWS, json!({})).await.expect(201);
    bob.api.put(PREFERENCES, json!({"NEWS": false})).await.expect(200);
    let off = json!({"can_be_muted": false, "on_by_default": false});
    let refused = admin.api.put(NEWS, off).await.problem(400, "invalid");
    let message = "This type must be on by default, because users cannot disable it.";
    assert_eq!(refused["errors"], json!({"on_by_default": [message]}));
    admin.api.put(NEWS, json!({"can_be_muted": false})).await.expect(200);
    assert_eq!(bob.api.get(PREFERENCES).await.expect(200)["NEWS"], true);
    let refused = bob.api.put(PREFERENCES, json!({"NEWS": false})).await.problem(400, "invalid");
    assert_eq!(refused["errors"], json!({"NEWS": ["This type cannot be switched off."]}));
    let sent = admin.api.post(INBOX, announcement_body("NEWS", &[bob.id])).await.expect(201);
    assert_eq!(sent["count"], 1);
}

#[tokio::test]
async fn types_of_tasks_and_malformed_names_are_refused() {
    let (_leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    for name in ["TASK_ASSIGNED", "TASK_OVERDUE", "SYSTEM_ALERT"] {
        admin.api.delete(&format!("{TYPES}{name}/")).await.problem(409, "type_required");
    }
    for name in ["news", "_NEWS", "N%20", "1", &"N".repeat(65)] {
        let refused = admin.api.put(&format!("{TYPES}{name}/"), json!({})).await;
        assert!(refused.problem(400, "invalid")["errors"]["name"].is_array(), "{name}");
    }
    alice.api.put(NEWS, json!({})).await.problem(403, "permission_denied");
    let alert = format!("{TYPES}SYSTEM_ALERT/");
    let refused = admin.api.put(&alert, json!({"can_be_muted": true})).await;
    assert!(refused.problem(400, "invalid")["errors"]["can_be_muted"].is_array());
}

#[tokio::test]
async fn other_node_knows_a_new_type_within_seconds() {
    let [one, other] = Workdir::two_nodes(&[]).await;
    let (admin, bob) = (one.admin().await, one.user("bob").await);
    let there = other.api(&admin.access);
    let body = announcement_body("NEWS", &[bob.id]);
    there.post(INBOX, body.clone()).await.problem(400, "invalid");
    admin.api.put(NEWS, json!({})).await.expect(201);
    until("the type on the other node", TIMEOUT, async || {
        (there.post(INBOX, body.clone()).await.status == 201).then_some(())
    })
    .await;
    assert_eq!(admin.api.delete(NEWS).await.status, 204);
    until("the deletion on the other node", TIMEOUT, async || {
        (there.post(INBOX, body.clone()).await.status == 400).then_some(())
    })
    .await;
}
