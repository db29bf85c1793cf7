//! A PostgreSQL that is restarted under load. Alone in its file, so that no other test's database
//! goes with it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use leopard_tests::support::home::Home;
use leopard_tests::support::postgres::{new_database, restart};
use leopard_tests::support::rest::Api;
use leopard_tests::support::wait::{PATIENCE, until};
use serde_json::json;
use tokio::task::JoinSet;

const CLIENTS: usize = 4;
/// How many tasks are made before, between and after the restarts.
const TASKS: usize = 40;

#[derive(Default)]
struct Load {
    made: AtomicUsize,
    finished: AtomicBool,
}

/// Makes one task after the other, and answers the titles of those that were acknowledged.
async fn work(api: Api, assignee: i64, client: usize, load: Arc<Load>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if load.finished.load(Ordering::Relaxed) {
            break;
        }
        let title = format!("Task {number} of client {client}");
        let task = json!({
            "title": title,
            "detail": "Made while the database comes and goes",
            "assigned_to": assignee,
            "due_date": "2035-12-10T12:00:00Z",
        });
        let answer = api.post("/api/v1/tasks/", task).await;
        if answer.status == 201 {
            acknowledged.push(title);
            load.made.fetch_add(1, Ordering::Relaxed);
        } else {
            assert!(!answer.header("Retry-After").is_empty(), "{answer:?}");
            answer.problem(503, "storage_unavailable");
        }
    }
    acknowledged
}

async fn goes_on(load: &Load) {
    let before = load.made.load(Ordering::Relaxed);
    until("tasks are made", PATIENCE, async || {
        (load.made.load(Ordering::Relaxed) >= before + TASKS).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_database_needs_none_of_ours() {
    let leopard = Home::new(&[
        ("DATABASE_URL", &new_database().await),
        (
            "LEOPARD_JWT_SECRET",
            "a secret of more than thirty-two bytes",
        ),
        ("LEOPARD_REPLAY_LIMIT", "1000000"),
    ])
    .serve()
    .await;
    let alice = leopard.user("alice").await;
    let load = Arc::new(Load::default());
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(work(alice.api.clone(), alice.id, client, load.clone()));
    }
    goes_on(&load).await;
    for mode in ["fast", "immediate"] {
        let restarted = tokio::task::spawn_blocking(move || restart(mode));
        restarted.await.expect("a restart");
        goes_on(&load).await;
    }
    load.finished.store(true, Ordering::Relaxed);
    let acknowledged: Vec<String> = clients.join_all().await.concat();

    // Whoever comes back sees 1..N without a hole, and in it all that was acknowledged, once.
    let mut stream = alice.resume(&leopard, "0").await;
    let head = stream.hello.data["unread_count"]
        .as_u64()
        .expect("a number");
    let seen = stream.notifications(head.try_into().expect("few")).await;
    let cursors = seen
        .iter()
        .map(|(cursor, _)| cursor.parse::<u64>().expect("a cursor"));
    assert!(cursors.eq(1..=head));
    let titles: BTreeSet<&str> = seen
        .iter()
        .filter_map(|(_, title)| title.strip_prefix("New Task Assigned: "))
        .collect();
    assert_eq!(titles.len(), seen.len(), "nothing is told twice");
    for title in &acknowledged {
        assert!(titles.contains(title.as_str()), "lost: {title}");
    }
}
