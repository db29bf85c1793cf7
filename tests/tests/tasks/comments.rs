//! Comments on tasks, and the users whom they mention.

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
    office_with(&[]).await
}

async fn office_with(settings: &[(&str, &str)]) -> (Leopard, User, User, User, Value) {
    let leopard = Leopard::start(settings).await;
    let alice = leopard.user("alice").await;
    let bob = leopard.user("bob").await;
    let carol = leopard.user("carol.c").await;
    let mut task = alice.api.create_task("Ask around", bob.id).await;
    let id = task["id"].take();
    (leopard, alice, bob, carol, id)
}

#[tokio::test]
async fn mentioned_user_may_read_and_comment_only() {
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
    assert_eq!((&comment["user_id"], &comment["username"]), (&json!(bob.id), &json!("bob")));
    assert_eq!(comment["mentions"], json!([mention(&carol, 8, 16), mention(&bob, 23, 27)]));

    let read = carol.api.get(&path).await.expect(200);
    assert_eq!(read["comments"], said["comments"]);
    let answered = say(&carol, &task, "Yes, @alice.").await.expect(200);
    assert_eq!(answered["comments"][1]["username"], "carol.c");
    let named = &answered["comments"][1]["mentions"][0]["user_id"];
    assert_eq!(*named, alice.id, "the text names her");
    let edit = carol.api.request("PATCH", &path).json(&json!({"title": "Mine"}));
    Answer::to(edit).await.problem(403, "permission_denied");
    for action in ["start", "complete", "cancel", "reopen"] {
        let refused = carol.api.post_nothing(&format!("{path}{action}/")).await;
        refused.problem(403, "permission_denied");
    }
    carol.api.delete(&path).await.problem(403, "permission_denied");
    let inbox = alice.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await;
    let told = "and it does not notify her: Carol reads by a mention alone";
    assert_eq!(inbox.expect(200)["count"], 0, "{told}");
}

#[tokio::test]
async fn email_unknown_name_and_partial_name_are_no_mentions() {
    let (_leopard, alice, bob, carol, task) = office().await;
    let text = "mail bob@carol.c or carol.c@example.com, not @nobody, @carol, @Bob or @bobby";
    let said = say(&alice, &task, text).await.expect(200);
    assert_eq!(said["comments"][0]["mentions"], json!([]));
    for user in [&bob, &carol] {
        let inbox = user.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await;
        assert_eq!(inbox.expect(200)["count"], 0);
    }
}

#[tokio::test]
async fn repeated_mention_notifies_once_and_mentions_are_limited() {
    let (_leopard, alice, bob, _, task) = office().await;
    let said = say(&alice, &task, &"@bob ".repeat(20)).await.expect(200);
    let mentions = said["comments"][0]["mentions"].as_array();
    assert_eq!(mentions.map(Vec::len), Some(20));
    let refused = say(&alice, &task, &"@bob ".repeat(21)).await;
    let problem = refused.problem(400, "invalid");
    let message = "Ensure this field has no more than 20 mentions.";
    assert_eq!(problem["errors"], json!({"comment": [message]}));
    let inbox = bob.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await;
    assert_eq!(inbox.expect(200)["count"], 1);
}

#[tokio::test]
async fn long_comment_is_stored_whole_and_excerpted_in_notifications() {
    let (_leopard, alice, bob, _, task) = office().await;
    let text = format!("@bob {}", "\u{65E5}".repeat(4_995));
    let said = say(&alice, &task, &text).await.expect(200);
    assert_eq!(said["comments"][0]["text"], text.as_str());
    let inbox = bob.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await;
    let inbox = inbox.expect(200);
    let told = inbox["results"][0]["meta_info"]["comment_text"].as_str();
    let expected: String = text.chars().take(500).collect();
    assert_eq!(told, Some(expected.as_str()));
}

async fn create(user: &User, task: &Value, text: &str) -> Value {
    let path = format!("/api/v1/tasks/{task}/comments/");
    let created = user.api.post(&path, json!({"comment": text})).await;
    created.expect(201)
}

#[tokio::test]
async fn task_with_1000_comments_returns_the_newest_20() {
    const COUNT: usize = 1_000;
    let (_leopard, alice, bob, _, task) =
        office_with(&[("LEOPARD_REQUESTS_PER_MINUTE", "0")]).await;
    let long = "\u{1F406}".repeat(4_990);
    for number in 0..COUNT {
        create(&alice, &task, &format!("{number} {long}")).await;
    }
    let full = say(&alice, &task, "One more").await.problem(400, "invalid");
    let message = "Ensure this task has no more than 1000 comments.";
    assert_eq!(full["errors"], json!({"comment": [message]}));

    // Twenty comments of 20,000 bytes each, and what is around them.
    let bound = 20 * (4 * 5_000 + 500) + 5_000;
    let path = format!("/api/v1/tasks/{task}/");
    let late = json!({"due_date": "2020-01-01T00:00:00Z"});
    let edited = alice.api.patch(&path, late).await;
    for answer in [bob.api.get(&path).await, edited] {
        assert!(answer.body.len() < bound, "{} bytes", answer.body.len());
        let read = answer.expect(200);
        assert_eq!(read["comment_count"], COUNT);
        let shown = read["comments"].as_array().expect("a list").iter();
        let shown = shown.map(|it| it["text"].as_str().expect("a text"));
        let numbers: Vec<_> = shown.map(|text| text.split(' ').next()).collect();
        let newest: Vec<_> = (980..COUNT).map(|number| number.to_string()).collect();
        let newest: Vec<_> = newest.iter().map(|number| Some(number.as_str())).collect();
        assert_eq!(numbers, newest);
    }
    let lists = ["/api/v1/tasks/", "/api/v1/tasks/overdue/", "/api/v1/tasks/?all_tasks=true"];
    for list in lists {
        let answer = bob.api.get(list).await;
        assert!(answer.body.len() < 5_000, "{list}: {}", answer.body.len());
        let found = answer.expect(200);
        let one = found.pointer("/results/0").unwrap_or(&found[0]);
        assert_eq!((&one["comment_count"], &one["comments"]), (&json!(COUNT), &json!([])));
    }
    let page = format!("{path}comments/?page_size=100&page=10");
    let page = bob.api.get(&page).await.expect(200);
    assert_eq!(page["count"], COUNT);
    let oldest = page["results"][99]["text"].as_str().expect("a text");
    assert!(oldest.starts_with("0 "), "the last page ends with the oldest");
    assert_eq!(page["next"], Value::Null);
}

#[tokio::test]
async fn comments_are_created_listed_and_deleted() {
    let (_leopard, alice, bob, carol, task) = office().await;
    let path = format!("/api/v1/tasks/{task}/");
    let list = format!("{path}comments/");
    let first = create(&bob, &task, "First").await;
    let second = create(&alice, &task, "Second, @bob").await;
    assert_eq!(second["mentions"][0]["username"], "bob");
    let found = bob.api.get(&format!("{list}?page_size=1")).await.expect(200);
    assert_eq!((&found["count"], &found["results"]), (&json!(2), &json!([second])));
    let next = found["next"].as_str().expect("a URL");
    assert!(next.ends_with("/comments/?page_size=1&page=2"), "{next}");

    let read = alice.api.get(&path).await;
    let version = read.header("ETag").to_owned();
    assert_eq!(read.expect(200)["comments"], json!([first, second]));
    let of = |comment: &Value| format!("{list}{}/", comment["id"]);
    // Bob is the assignee: the second is not his to delete.
    let refused = bob.api.delete(&of(&second)).await;
    refused.problem(403, "permission_denied");
    carol.api.delete(&of(&second)).await.problem(404, "not_found");
    let outdated = alice.api.request("DELETE", &of(&first)).header("If-Match", "\"1\"");
    Answer::to(outdated).await.problem(412, "precondition_failed");
    assert_eq!(bob.api.delete(&of(&first)).await.status, 204);
    bob.api.delete(&of(&first)).await.problem(404, "not_found");

    let read = alice.api.get(&path).await;
    assert_ne!(read.header("ETag"), version, "a deletion raises the version");
    let read = read.expect(200);
    assert_eq!((&read["comment_count"], &read["comments"]), (&json!(1), &json!([second])));
    assert_eq!(read["updated_by"], bob.id);
    assert_eq!(alice.api.delete(&of(&second)).await.status, 204);
    let third = create(&alice, &task, "Third").await;
    assert!(third["id"].as_i64() > second["id"].as_i64(), "no id comes again");
    let inbox = bob.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await;
    assert_eq!(inbox.expect(200)["count"], 1, "what was notified stays");
}
