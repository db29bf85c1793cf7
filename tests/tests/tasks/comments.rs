//! Comments on tasks, and mentions in them.

use leopard_tests::fixtures::{id, task_path};
use leopard_tests::support::{Leopard, Response, User};
use serde_json::{Value, json};

/// A task of Alice for Bob, which Carol cannot read, and its path.
async fn start() -> (Leopard, [User; 3], String) {
    let (leopard, [alice, bob, carol]) =
        Leopard::with_users(&[], ["alice", "bob", "carol.c"]).await;
    let path = task_path(&alice.api.create_task("Ask around", bob.id).await);
    (leopard, [alice, bob, carol], path)
}

async fn add(user: &User, path: &str, text: &str) -> Response {
    user.api.post(&format!("{path}add_comment/"), json!({"comment": text})).await
}

pub(super) async fn create(user: &User, path: &str, text: &str) -> Value {
    let created = user.api.post(&format!("{path}comments/"), json!({"comment": text})).await;
    created.expect(201)
}

async fn mentions(user: &User) -> Value {
    user.api.get("/api/v1/notifications/?type=TASK_MENTIONED").await.expect(200)
}

#[tokio::test]
async fn mentioned_user_may_read_and_comment() {
    let (leopard, [alice, bob, carol], path) = start().await;
    carol.api.get(&path).await.problem(404, "not_found");
    add(&carol, &path, "hello").await.problem(404, "not_found");

    let mut stream = carol.follow(&leopard).await;
    let text = "\u{1F406} Well, @carol.c. And (@bob)?";
    let added = add(&bob, &path, text).await.expect(200);
    let event = stream.notification().await.data;
    assert_eq!(event["notification_type"], "TASK_MENTIONED");
    assert_eq!(event["title"], "You were mentioned in a task comment");
    let message = "bob mentioned you in a comment on task: Ask around";
    assert_eq!(event["message"], message);
    let about = json!({"task_id": id(&added), "comment_text": text, "mentioned_by": bob.id});
    assert_eq!(event["meta_info"], about);

    let mention = |user: &User, start: usize, end: usize| {
        json!({
            "user_id": user.id, "username": user.name, "full_name": user.name,
            "start_pos": start, "end_pos": end,
        })
    };
    let comment = &added["comments"][0];
    assert_eq!(comment["text"], text);
    assert_eq!((&comment["user_id"], &comment["username"]), (&json!(bob.id), &json!("bob")));
    assert_eq!(comment["mentions"], json!([mention(&carol, 8, 16), mention(&bob, 23, 27)]));

    let read = carol.api.get(&path).await.expect(200);
    assert_eq!(read["comments"], added["comments"]);
    let reply = add(&carol, &path, "Yes, @alice.").await.expect(200);
    assert_eq!(reply["comments"][1]["username"], "carol.c");
    let named = &reply["comments"][1]["mentions"][0]["user_id"];
    assert_eq!(*named, alice.id, "the text names Alice");
    assert_eq!(mentions(&alice).await["count"], 0, "Carol's own mentions notify no user");
}

#[tokio::test]
async fn email_unknown_name_and_partial_name_are_no_mentions() {
    let (_leopard, [alice, bob, carol], path) = start().await;
    let text = "mail bob@carol.c or carol.c@example.com, not @unknown, @carol, @Bob or @bobby";
    let added = add(&alice, &path, text).await.expect(200);
    assert_eq!(added["comments"][0]["mentions"], json!([]));
    for user in [&bob, &carol] {
        assert_eq!(mentions(user).await["count"], 0);
    }
}

#[tokio::test]
async fn repeated_mention_notifies_once_and_mentions_are_limited() {
    let (_leopard, [alice, bob, _], path) = start().await;
    let added = add(&alice, &path, &"@bob ".repeat(20)).await.expect(200);
    let found = added["comments"][0]["mentions"].as_array();
    assert_eq!(found.map(Vec::len), Some(20));
    let refused = add(&alice, &path, &"@bob ".repeat(21)).await;
    let problem = refused.problem(400, "invalid");
    let message = "Ensure this field has no more than 20 mentions.";
    assert_eq!(problem["errors"], json!({"comment": [message]}));
    assert_eq!(mentions(&bob).await["count"], 1);
}

#[tokio::test]
async fn long_comment_is_stored_whole_and_excerpted_in_notifications() {
    let (_leopard, [alice, bob, _], path) = start().await;
    let text = format!("@bob {}", "\u{65E5}".repeat(4_995));
    let added = add(&alice, &path, &text).await.expect(200);
    assert_eq!(added["comments"][0]["text"], text.as_str());
    let excerpt = &mentions(&bob).await["results"][0]["meta_info"]["comment_text"];
    let expected: String = text.chars().take(500).collect();
    assert_eq!(*excerpt, expected);
}

#[tokio::test]
async fn task_with_1000_comments_returns_the_newest_20() {
    const COUNT: usize = 1_000;
    let (_leopard, [alice, bob, _], path) = start().await;
    let long = "\u{1F406}".repeat(4_990);
    for number in 0..COUNT {
        create(&alice, &path, &format!("{number} {long}")).await;
    }
    let full = add(&alice, &path, "One more").await.problem(400, "invalid");
    let message = "Ensure this task has no more than 1000 comments.";
    assert_eq!(full["errors"], json!({"comment": [message]}));

    // Twenty comments of 20,000 bytes each, and what is around them.
    let bound = 20 * (4 * 5_000 + 500) + 5_000;
    let late = json!({"due_date": "2020-01-01T00:00:00Z"});
    let edited = alice.api.patch(&path, late).await;
    for response in [bob.api.get(&path).await, edited] {
        assert!(response.body.len() < bound, "{} bytes", response.body.len());
        let read = response.expect(200);
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
        let response = bob.api.get(list).await;
        assert!(response.body.len() < 5_000, "{list}: {}", response.body.len());
        let found = response.expect(200);
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
    let (_leopard, [alice, bob, carol], path) = start().await;
    let list = format!("{path}comments/");
    let first = create(&bob, &path, "First").await;
    let second = create(&alice, &path, "Second, @bob").await;
    assert_eq!(second["mentions"][0]["username"], "bob");
    let found = bob.api.get(&format!("{list}?page_size=1")).await.expect(200);
    assert_eq!((&found["count"], &found["results"]), (&json!(2), &json!([second])));
    let next = found["next"].as_str().expect("a URL");
    assert!(next.ends_with("/comments/?page_size=1&page=2"), "{next}");

    let read = alice.api.get(&path).await;
    let version = read.header("ETag").to_owned();
    assert_eq!(read.expect(200)["comments"], json!([first, second]));
    let of = |comment: &Value| format!("{list}{}/", comment["id"]);
    // The assignee may not delete the comment of another user.
    let refused = bob.api.delete(&of(&second)).await;
    refused.problem(403, "permission_denied");
    carol.api.delete(&of(&second)).await.problem(404, "not_found");
    let outdated = alice.api.request("DELETE", &of(&first)).header("If-Match", "\"1\"");
    Response::of(outdated).await.problem(412, "precondition_failed");
    assert_eq!(bob.api.delete(&of(&first)).await.status, 204);
    bob.api.delete(&of(&first)).await.problem(404, "not_found");

    let read = alice.api.get(&path).await;
    assert_ne!(read.header("ETag"), version, "a deletion raises the version");
    let read = read.expect(200);
    assert_eq!((&read["comment_count"], &read["comments"]), (&json!(1), &json!([second])));
    assert_eq!(read["updated_by"], bob.id);
    assert_eq!(alice.api.delete(&of(&second)).await.status, 204);
    let third = create(&alice, &path, "Third").await;
    assert!(third["id"].as_i64() > second["id"].as_i64(), "ids are not reused");
    assert_eq!(mentions(&bob).await["count"], 1, "the notification stays");
}
