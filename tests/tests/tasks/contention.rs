//! One task that everybody changes all the time: nobody is refused, and nothing is lost.

use leopard_tests::support::home::Home;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::rest::Api;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How many change the task, how many speak of it meanwhile, and how often each of them.
const EDITORS: usize = 10;
const SPEAKERS: usize = 9;
const TIMES: usize = 20;

/// Editors whose numbers are a multiple of this apart change the same member.
const MEMBERS: usize = 5;

/// What an editor makes of the task, the first time, the second time and so on; nobody else ever does.
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

async fn speak(api: Api, path: String, speaker: usize) {
    for time in 0..TIMES {
        let comment = json!({"comment": format!("{speaker} said {time}")});
        let said = api.post(&format!("{path}add_comment/"), comment).await;
        said.expect(200);
    }
}

/// Everybody at once, each on the next of the nodes.
async fn crowd(nodes: &[Leopard]) {
    let (alice, bob) = (nodes[0].user("alice").await, nodes[0].user("bob").await);
    let task = alice.api.create_task("Everybody's", bob.id).await;
    let path = format!("/api/v1/tasks/{}/", task["id"]);
    let mut crowd = JoinSet::new();
    for number in 0..EDITORS + SPEAKERS {
        let person = [&alice, &bob][number % 2];
        let api = nodes[number / 2 % nodes.len()].api(&person.access);
        if number < EDITORS {
            crowd.spawn(change(api, path.clone(), number));
        } else {
            crowd.spawn(speak(api, path.clone(), number));
        }
    }
    crowd.join_all().await;

    let read = alice.api.get(&path).await;
    // Each change has raised the version, and so was decided on what the one before it had left.
    let version = 1 + (EDITORS + SPEAKERS) * TIMES;
    assert_eq!(read.header("ETag"), format!("\"{version}\""));
    let task = read.expect(200);
    for member in 0..MEMBERS {
        let editors = (member..EDITORS).step_by(MEMBERS);
        let mut last = editors.map(|editor| edit(editor, TIMES - 1));
        assert!(last.any(|last| shows(&task, &last)), "{member}: {task}");
    }
    assert_eq!(task["comment_count"], SPEAKERS * TIMES);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_nobody_is_refused_and_nothing_is_lost() {
    crowd(&[Leopard::start(&[]).await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_two_nodes_nobody_is_refused_and_nothing_is_lost() {
    let settings = [
        ("DATABASE_URL", &*new_database().await),
        (
            "LEOPARD_JWT_SECRET",
            "a secret of more than thirty-two bytes",
        ),
    ];
    let node = || Home::new(&settings).serve();
    crowd(&[node().await, node().await]).await;
}
