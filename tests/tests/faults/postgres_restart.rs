//! A PostgreSQL that is restarted under load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::future::join_all;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::rest::Api;
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

const CLIENTS: usize = 4;
/// How many streams of one user are open meanwhile.
const STREAMS: usize = 4;
/// How many tasks are made before, between and after the restarts.
const TASKS: usize = 40;

#[derive(Default)]
struct Load {
    made: AtomicUsize,
    /// How many were told to come back.
    refused: AtomicUsize,
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
            load.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    acknowledged
}

async fn goes_on(load: &Load) {
    let before = load.made.load(Ordering::Relaxed);
    until("tasks are made", TIMEOUT, async || {
        (load.made.load(Ordering::Relaxed) >= before + TASKS).then_some(())
    })
    .await;
}

async fn leopard_on(postgres: &Server) -> Leopard {
    Workdir::new(&[
        ("DATABASE_URL", &postgres.new_database().await),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
        ("LEOPARD_REPLAY_LIMIT", "1000000"),
        ("LEOPARD_HEARTBEAT_SECONDS", "1"),
    ])
    .serve()
    .await
}

/// Restarts the database in each way while tasks are made for this user, and answers the titles of
/// those that were acknowledged.
async fn restart_under_load(postgres: &Server, user: &User) -> Vec<String> {
    let load = Arc::new(Load::default());
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(work(user.api.clone(), user.id, client, load.clone()));
    }
    goes_on(&load).await;
    for mode in ["fast", "immediate"] {
        postgres.restart(mode).await;
        goes_on(&load).await;
    }
    load.finished.store(true, Ordering::Relaxed);
    let acknowledged = clients.join_all().await.concat();
    let refused = load.refused.load(Ordering::Relaxed);
    assert!(refused > 0, "a restart under load is noticed");
    acknowledged
}

/// Follows a user from the beginning until the last cursor is known and reached: 1, 2, 3 … without
/// a hole or a repeat. A stream may end only because the store was unavailable, which it says.
/// Answers how often that happened.
async fn hold_on(leopard: &Leopard, user: &User, last: watch::Receiver<Option<u64>>) -> usize {
    let mut cursor = 0;
    for ended in 0.. {
        let mut stream = come_back(leopard, user, cursor).await;
        loop {
            let event = stream.next().await;
            match event.kind() {
                "notification" => {
                    cursor += 1;
                    assert_eq!(event.cursor(), Some(cursor.to_string().as_str()));
                }
                "heartbeat" if *last.borrow() == Some(cursor) => return ended,
                "heartbeat" => {}
                "unavailable" => {
                    let retry = event.retry.expect("it says when to come back");
                    assert!((1_000..=10_000).contains(&retry), "{event:?}");
                    let end = within("the end", TIMEOUT, stream.advance()).await;
                    assert_eq!(end, None);
                    break;
                }
                other => panic!("{other} after {cursor}"),
            }
        }
    }
    unreachable!("it comes back as often as it takes")
}

/// A stream after this cursor, as soon as there is one again.
async fn come_back(leopard: &Leopard, user: &User, cursor: u64) -> EventStream {
    until("a stream", TIMEOUT, async || {
        let stream = user.resume(leopard, &cursor.to_string()).await;
        (stream.hello.kind() == "connection_established").then_some(stream)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_restart_needs_no_server_restart() {
    let postgres = Server::start().await;
    let leopard = leopard_on(&postgres).await;
    let alice = leopard.user("alice").await;
    let acknowledged = restart_under_load(&postgres, &alice).await;

    // Whoever comes back sees 1..N without a hole, and in it all that was acknowledged, once.
    let mut stream = come_back(&leopard, &alice, 0).await;
    let head = stream.hello.data["unread_count"].as_u64().expect("a number");
    let seen = stream.notifications(head.try_into().expect("few")).await;
    let cursors = seen.iter().map(|(cursor, _)| cursor.parse::<u64>().expect("a cursor"));
    assert!(cursors.eq(1..=head));
    let titles: BTreeSet<&str> =
        seen.iter().filter_map(|(_, title)| title.strip_prefix("New Task Assigned: ")).collect();
    assert_eq!(titles.len(), seen.len(), "nothing is told twice");
    for title in &acknowledged {
        assert!(titles.contains(title.as_str()), "lost: {title}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_streams_survive_or_resume_completely() {
    let postgres = Server::start().await;
    let leopard = leopard_on(&postgres).await;
    let alice = leopard.user("alice").await;
    let bob = leopard.user("bob").await;
    // Nothing is read for a stream that nothing is told: it has no reason to end.
    let mut idle = bob.follow(&leopard).await;

    let (told_last, last) = watch::channel(None);
    let load = async {
        restart_under_load(&postgres, &alice).await;
        let inbox = alice.api.get("/api/v1/notifications/").await.expect(200);
        let newest = inbox["results"][0]["sequence"].as_u64();
        told_last.send_replace(Some(newest.expect("a cursor")));
    };
    let held = (0..STREAMS).map(|_| hold_on(&leopard, &alice, last.clone()));
    let ((), ended) = tokio::join!(load, join_all(held));
    figure::print(&format!(
        "{STREAMS} streams, all complete, ended so often while the database was restarted twice: \
         {ended:?}"
    ));

    bob.api.create_task("Afterwards", bob.id).await;
    let event = idle.notification().await;
    assert_eq!(event.cursor(), Some("1"));
    assert_eq!(event.data["title"], "New Task Assigned: Afterwards");
}

#[tokio::test]
async fn idle_stream_survives_a_database_restart() {
    let postgres = Server::start().await;
    let leopard = leopard_on(&postgres).await;
    let alice = leopard.user("alice").await;
    alice.api.create_task("Before", alice.id).await;
    let mut stream = alice.follow(&leopard).await;
    postgres.restart("fast").await;
    // By then no connection to the old server was used just now.
    for _ in 0..2 {
        stream.next_of("heartbeat").await;
    }
    alice.api.create_task("Afterwards", alice.id).await;
    assert_eq!(stream.notification().await.cursor(), Some("2"));
}
