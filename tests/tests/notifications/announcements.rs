//! Announcements: notifications that other systems send, by staff.

use leopard_tests::fixtures::announcement_body;
use leopard_tests::support::Leopard;
use serde_json::json;

const PATH: &str = "/api/v1/notifications/";

#[tokio::test]
async fn announcement_notifies_every_recipient_once() {
    let (leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    let mut stream = alice.follow(&leopard).await;
    let meta_info = json!({"z": [1.5, null], "client_id": 7, "text": "\u{65E5}<b>\u{1F600}"});
    let body = json!({
        "notification_type": "CLIENT_ASSIGNED", "assigned_to": [bob.id, alice.id, bob.id],
        "title": " A title ", "message": "A message", "due_date": "2035-01-01T01:00:00+01:00",
        "meta_info": meta_info, "url": "/clients/7/?a=\u{65E5}",
    });
    let created = admin.api.post(PATH, body).await.expect(201);
    assert_eq!(created["count"], 2);
    assert_eq!(created["results"][0]["assigned_to"], alice.id);
    assert_eq!(created["results"][1]["assigned_to"], bob.id);
    for (place, user) in [(0, &alice), (1, &bob)] {
        let kept = &user.api.inbox().await["results"];
        assert_eq!(kept, &json!([created["results"][place]]));
        assert_eq!(kept[0]["meta_info"].to_string(), meta_info.to_string());
        assert_eq!(kept[0]["title"], " A title ");
        assert_eq!(kept[0]["due_date"], "2035-01-01T00:00:00Z");
        assert_eq!(kept[0]["url"], "/clients/7/?a=\u{65E5}");
    }
    let event = stream.next_of("notification").await;
    assert_eq!(event.id, Some(1));
    assert_eq!(event.data["notification_type"], "CLIENT_ASSIGNED");
    assert_eq!(event.data["meta_info"].to_string(), meta_info.to_string());
    assert_eq!(event.data["url"], "/clients/7/?a=\u{65E5}");
    let without = announcement_body("SYSTEM_ALERT", &[alice.id]);
    let created = admin.api.post(PATH, without).await.expect(201);
    assert_eq!(created["results"][0]["url"], json!(null));
    assert_eq!(stream.next_of("notification").await.data.get("url"), None);
}

#[tokio::test]
async fn notification_types_have_default_texts() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    for kind in [
        "TASK_ASSIGNED",
        "TASK_MENTIONED",
        "TASK_COMPLETED",
        "TASK_CANCELLED",
        "TASK_DUE_SOON",
        "TASK_OVERDUE",
        "CLIENT_ASSIGNED",
        "APPLICATION_ASSIGNED",
        "VISA_APPLICATION_ASSIGNED",
        "REMINDER_DUE",
        "SYSTEM_ALERT",
    ] {
        let body = json!({"notification_type": kind, "assigned_to": admin.id});
        let created = admin.api.post(PATH, body).await.expect(201);
        let created = &created["results"][0];
        assert_eq!(created["notification_type"], kind);
        assert_eq!(created["title"], created["notification_type_display"]);
        assert!(created["message"].as_str().expect("a text").ends_with('.'));
        assert_eq!((&created["meta_info"], &created["due_date"]), (&json!({}), &json!(null)));
    }
}

#[tokio::test]
async fn unknown_recipient_notifies_no_one_and_longest_values_are_accepted() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let body = announcement_body("SYSTEM_ALERT", &[admin.id, 404]);
    let refused = admin.api.post(PATH, body).await.problem(400, "invalid");
    let message = "Invalid pk \"404\" - object does not exist.";
    assert_eq!(refused["errors"], json!({"assigned_to": [message]}));
    assert_eq!(admin.api.inbox().await["count"], 0);

    let longest = json!({"a": "x".repeat(4_096 - r#"{"a":""}"#.len())});
    let body = json!({
        "notification_type": "SYSTEM_ALERT", "assigned_to": vec![admin.id; 1_000],
        "title": "\u{65E5}".repeat(200), "message": "\u{65E5}".repeat(2_000),
        "meta_info": longest, "due_date": null,
    });
    let created = admin.api.post(PATH, body).await.expect(201);
    assert_eq!(created["count"], 1, "a repeated recipient gets one notification");
    assert_eq!(created["results"][0]["meta_info"], longest);
}

#[tokio::test]
async fn announcement_needs_staff_before_body_validation() {
    let (leopard, [alice, bob]) = Leopard::with_users(&[], ["alice", "bob"]).await;
    for body in [announcement_body("SYSTEM_ALERT", &[alice.id]), json!({"notification_type": 5})] {
        let refused = alice.api.post(PATH, body).await;
        refused.problem(403, "permission_denied");
    }
    let admin = leopard.admin().await;
    let path = format!("/api/v1/users/{}/", bob.id);
    admin.api.patch(&path, json!({"is_active": false})).await.expect(200);
    let body = announcement_body("SYSTEM_ALERT", &[alice.id, bob.id]);
    let refused = admin.api.post(PATH, body).await.problem(400, "invalid");
    let message = format!("Invalid pk \"{}\" - object does not exist.", bob.id);
    assert_eq!(refused["errors"], json!({"assigned_to": [message]}));
    assert_eq!(alice.api.inbox().await["count"], 0);
}

#[tokio::test]
async fn recipients_are_named_by_id_or_username_and_counted_once() {
    let (leopard, [admin, alice, bob]) = Leopard::with_users(&[], ["admin", "alice", "bob"]).await;
    let mut stream = bob.follow(&leopard).await;
    let body = json!({
        "notification_type": "CLIENT_ASSIGNED", "assigned_to": alice.id,
        "recipients": [
            {"username": "bob"}, {"id": alice.id, "username": null}, {"username": "alice", "x": 1},
            {"id": bob.id},
        ],
    });
    let created = admin.api.post_with_key(PATH, "key", &body).await.expect(201);
    assert_eq!(created["count"], 2);
    let recipients = [0, 1].map(|place| created["results"][place]["assigned_to"].clone());
    assert_eq!(recipients, [json!(alice.id), json!(bob.id)]);
    assert_eq!(stream.next_of("notification").await.id, Some(1));
    let again = admin.api.post_with_key(PATH, "key", &body).await;
    assert!(again.is_replayed());
    assert_eq!(again.expect(201), created);
    let by_name = json!({"notification_type": "SYSTEM_ALERT", "recipients": [{"username": "bob"}]});
    assert_eq!(admin.api.post(PATH, by_name).await.expect(201)["count"], 1);
    assert_eq!(bob.api.inbox().await["count"], 2);
    assert_eq!(alice.api.inbox().await["count"], 1);
}

#[tokio::test]
async fn every_wrong_recipient_is_an_error_of_its_place() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let one = "Give exactly one of \"id\", \"username\" and \"external_id\".";
    let unknown = "There is no active user \"Admin\".";
    let cases = [
        (
            json!({"assigned_to": "x", "recipients": [
                5, {"username": "admin"}, {}, {"id": 1, "username": "admin"}, {"id": "1"},
                {"username": 5}, {"username": "x".repeat(151)}, {"username": " "},
            ]}),
            json!({
                "assigned_to": ["A valid integer is required."],
                "recipients.0": ["Expected a dictionary of items but got type \"int\"."],
                "recipients.2": [one],
                "recipients.3": [one],
                "recipients.4": ["A valid integer is required."],
                "recipients.5": ["Not a valid string."],
                "recipients.6": ["Ensure this field has no more than 150 characters."],
                "recipients.7": ["This field may not be blank."],
            }),
        ),
        (
            json!({"assigned_to": [404, admin.id], "recipients": [
                {"username": "admin"}, {"username": "Admin"}, {"id": 405},
            ]}),
            json!({
                "assigned_to": ["Invalid pk \"404\" - object does not exist."],
                "recipients.1": [unknown],
                "recipients.2": ["Invalid pk \"405\" - object does not exist."],
            }),
        ),
        (json!({"recipients": []}), json!({"recipients": ["This list may not be empty."]})),
        (json!({}), json!({"assigned_to": ["This field is required."]})),
    ];
    for (mut body, errors) in cases {
        body["notification_type"] = json!("SYSTEM_ALERT");
        let refused = admin.api.post(PATH, body).await.problem(400, "invalid");
        assert_eq!(refused["errors"], errors);
    }
    assert_eq!(admin.api.inbox().await["count"], 0);
}
