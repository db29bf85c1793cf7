//! Concurrent changes of one task: none is refused, none is lost.

use leopard_tests::fixtures::task_path;
use leopard_tests::support::{Api, Leopard, Workdir};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// The number of editors and commenters, and the number of changes of each.
const EDITORS: usize = 10;
const COMMENTERS: usize = 9;
const TIMES: usize = 20;

/// The number of members that editors change, in turn.
const MEMBERS: usize = 5;

/// The edit of an editor at a time; its values are unique.
fn edit(editor: usize, time: usize) -> Value {
    let own = editor * TIMES + time;
    match editor % MEMBERS {
        0 => json!({"title": format!("Title {own}")}),
        1 => json!({"detail": format!("Detail {own}")}),
        2 => json!({"tags": [format!("tag {own}")]}),
        3 => json!({"due_date": format!("{}-01-01T00:00:00Z", 2100 + own)}),
        _ => json!({"linked_entity_type": "client", "linked_entity_id": own}),
    }
}

fn shows(task: &Value, edit: &Value) -> bool {
    let members = edit.as_object().expect("an edit is an object");
    members.iter().all(|(name, value)| task[name] == *value)
}

async fn change(api: Api, path: String, editor: usize) {
    for time in 0..TIMES {
        let edit = edit(editor, time);
        let task = api.patch(&path, edit.clone()).await.expect(200);
        assert!(shows(&task, &edit), "{edit}: {task}");
    }
}

fn text(commenter: usize, time: usize) -> String {
    format!("Comment {time} of {commenter}, for @bob")
}

async fn comment(api: Api, path: String, commenter: usize) {
    for time in 0..TIMES {
        let comment = json!({"comment": text(commenter, time)});
        let added = api.post(&format!("{path}add_comment/"), comment).await;
        added.expect(200);
    }
}

/// The author and the text of every comment, sorted; all of them mention Bob.
async fn comments(api: &Api, path: &str) -> Vec<(i64, String)> {
    let mut found = vec![];
    let mut next = Some(format!("{path}comments/?page_size=100"));
    while let Some(page) = next {
        let page = api.get(&page).await.expect(200);
        for comment in page["results"].as_array().expect("comments") {
            assert_eq!(comment["mentions"][0]["username"], "bob", "{comment}");
            let author = comment["user_id"].as_i64().expect("an id");
            let text = comment["text"].as_str().expect("a text");
            found.push((author, text.to_owned()));
        }
        let path = |url: &str| url.split_once("/api/").map(|(_, path)| format!("/api/{path}"));
        next = page["next"].as_str().and_then(path);
    }
    found.sort();
    found
}

/// Runs all clients at once, each on the next of the nodes.
async fn contend(nodes: &[Leopard]) {
    let (alice, bob) = (nodes[0].user("alice").await, nodes[0].user("bob").await);
    let task = alice.api.create_task("Shared", bob.id).await;
    let path = task_path(&task);
    let mut clients = JoinSet::new();
    for number in 0..EDITORS + COMMENTERS {
        let user = [&alice, &bob][number % 2];
        let api = nodes[number / 2 % nodes.len()].api(&user.access);
        if number < EDITORS {
            clients.spawn(change(api, path.clone(), number));
        } else {
            clients.spawn(comment(api, path.clone(), number));
        }
    }
    alice.api.post_empty(&format!("{path}start/")).await.expect(200);
    clients.join_all().await;

    let read = alice.api.get(&path).await;
    // Every change raises the version, so each was decided on the result of the one before.
    let version = 2 + (EDITORS + COMMENTERS) * TIMES;
    assert_eq!(read.header("ETag"), format!("\"{version}\""));
    let task = read.expect(200);
    for member in 0..MEMBERS {
        let editors = (member..EDITORS).step_by(MEMBERS);
        let mut last = editors.map(|editor| edit(editor, TIMES - 1));
        assert!(last.any(|last| shows(&task, &last)), "{member}: {task}");
    }
    assert_eq!(task["status"], "IN_PROGRESS");
    assert_eq!(task["comment_count"], COMMENTERS * TIMES);
    let mut expected: Vec<_> = (EDITORS..EDITORS + COMMENTERS)
        .flat_map(|number| (0..TIMES).map(move |time| (number, time)))
        .map(|(number, time)| ([alice.id, bob.id][number % 2], text(number, time)))
        .collect();
    expected.sort();
    assert_eq!(comments(&alice.api, &path).await, expected);
    // One for the assignment and one for each comment, although changes were decided again.
    assert_eq!(bob.api.inbox().await["count"], 1 + COMMENTERS * TIMES);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_on_sqlite_are_all_applied() {
    contend(&[Leopard::start(&[]).await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_on_two_nodes_are_all_applied() {
    contend(&Workdir::two_nodes(&[]).await).await;
}
