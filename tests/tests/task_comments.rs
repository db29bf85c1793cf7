//! What is said about tasks, and whom it names.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::user::User;
use serde_json::{Value, json};

async fn say(user: &User, task: &Value, text: &str) -> Answer {
    let path = format!("/api/v1/tasks/{task}/add_comment/");
    user.api.post(&path, json!({"comment": text})).await
}

/// A task between Alice and Bob, of which Carol knows nothing.
async fn office() -> (Leopard, User, User, User, Value) {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let bob = leopard.user("bob").await;
    let carol = leopard.user("carol.c").await;
    let mut task = alice.api.create_task("Ask around", bob.id).await;
    let id = task["id"].take();
    (leopard, alice, bob, carol, id)
}

#[tokio::test]
async fn who_is_mentioned_is_told_and_may_read_and_speak_but_no_more() {
    let (leopard, alice, bob, carol, task) = office().await;
    let path = format!("/api/v1/tasks/{task}/");
    carol.api.get(&path).await.problem(404, "not_found");
    say(&carol, &task, "hello").await.problem(404, "not_found");

    let mut stream = carol.follow(&leopard).await;
    let text = "\u{1F406} Well, @carol.c. And (@bob)?";
    let said = say(&bob, &task, text).await.expect(200);
    let told = stream.notification().await.data;
    assert_eq!(told["notification_type"], "TASK_MENTIONED");
    assert_eq!(told["title"], "You were mentioned in a task comment");
    let message = "bob mentioned you in a comment on task: Ask around";
    assert_eq!(told["message"], message);
    let about = json!({"task_id": task, "comment_text": text, "mentioned_by": bob.id});
    assert_eq!(told["meta_info"], about);

    let mention = |user: &User, start: usize, end: usize| {
        json!({
            "user_id": user.id, "username": user.name, "full_name": user.name,
            "start_pos": start, "end_pos": end,
        })
    };
    let comment = &said["comments"][0];
    assert_eq!(comment["text"], text);
    assert_eq!(
        (&comment["user_id"], &comment["username"]),
        (&json!(bob.id), &json!("bob"))
    );
    assert_eq!(
        comment["mentions"],
        json!([mention(&carol, 8, 16), mention(&bob, 23, 27)])
    );

    let read = carol.api.get(&path).await.expect(200);
    assert_eq!(read["comments"], said["comments"]);
    let answered = say(&carol, &task, "Yes, @alice.").await.expect(200);
    assert_eq!(answered["comments"][1]["username"], "carol.c");
    let edit = carol
        .api
        .request("PATCH", &path)
        .json(&json!({"title": "Mine"}));
    Answer::to(edit).await.problem(403, "permission_denied");
    for action in ["start", "complete", "cancel", "reopen"] {
        let refused = carol.api.post_nothing(&format!("{path}{action}/")).await;
        refused.problem(403, "permission_denied");
    }
    carol
        .api
        .delete(&path)
        .await
        .problem(403, "permission_denied");
    let inbox = alice
        .api
        .get("/api/v1/notifications/?type=TASK_MENTIONED")
        .await;
    assert_eq!(inbox.expect(200)["count"], 1);
}

#[tokio::test]
async fn an_address_a_stranger_and_a_part_of_a_name_are_no_mentions() {
    let (_leopard, alice, bob, carol, task) = office().await;
    let text = "mail bob@carol.c or carol.c@example.com, not @nobody, @carol, @Bob or @bobby";
    let said = say(&alice, &task, text).await.expect(200);
    assert_eq!(said["comments"][0]["mentions"], json!([]));
    for user in [&bob, &carol] {
        let inbox = user
            .api
            .get("/api/v1/notifications/?type=TASK_MENTIONED")
            .await;
        assert_eq!(inbox.expect(200)["count"], 0);
    }
}

#[tokio::test]
async fn one_who_is_named_twice_is_told_once_and_twenty_names_are_the_most() {
    let (_leopard, alice, bob, _, task) = office().await;
    let said = say(&alice, &task, &"@bob ".repeat(20)).await.expect(200);
    let mentions = said["comments"][0]["mentions"].as_array();
    assert_eq!(mentions.map(Vec::len), Some(20));
    let refused = say(&alice, &task, &"@bob ".repeat(21)).await;
    let problem = refused.problem(400, "invalid");
    let message = "Ensure this field has no more than 20 mentions.";
    assert_eq!(problem["errors"], json!({"comment": [message]}));
    let inbox = bob
        .api
        .get("/api/v1/notifications/?type=TASK_MENTIONED")
        .await;
    assert_eq!(inbox.expect(200)["count"], 1);
}

#[tokio::test]
async fn a_long_comment_is_kept_whole_and_told_in_part() {
    let (_leopard, alice, bob, _, task) = office().await;
    let text = format!("@bob {}", "\u{65E5}".repeat(4_995));
    let said = say(&alice, &task, &text).await.expect(200);
    assert_eq!(said["comments"][0]["text"], text.as_str());
    let inbox = bob
        .api
        .get("/api/v1/notifications/?type=TASK_MENTIONED")
        .await;
    let inbox = inbox.expect(200);
    let told = inbox["results"][0]["meta_info"]["comment_text"].as_str();
    let expected: String = text.chars().take(500).collect();
    assert_eq!(told, Some(expected.as_str()));
}
