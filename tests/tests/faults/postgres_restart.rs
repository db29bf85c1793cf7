//! A PostgreSQL that is restarted under load.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::{
    EventStream, Leopard, Load, TIMEOUT, User, Workdir, assigned, figure, until, within,
};
use tokio::sync::watch;

const CLIENTS: usize = 4;
/// How many streams of one user are open meanwhile.
const STREAMS: usize = 4;
/// The progress of each client before, between and after the restarts.
const RESPONSES: usize = 20;

async fn start() -> (Server, Leopard, User) {
    let postgres = Server::start().await;
    let settings = [("LEOPARD_REPLAY_LIMIT", "1000000"), ("LEOPARD_HEARTBEAT_SECONDS", "1")];
    let workdir = Workdir::for_node(&postgres.new_database().await).with_all(&settings);
    let leopard = workdir.serve().await;
    let alice = leopard.user("alice").await;
    (postgres, leopard, alice)
}

/// Restarts the database in each way while clients create tasks for this user, and returns the titles
/// of the acknowledged ones.
async fn restart_under_load(postgres: &Server, user: &User) -> Vec<String> {
    let (load, clients) = Load::start(user, CLIENTS);
    load.make_progress(RESPONSES, TIMEOUT).await;
    for mode in ["fast", "immediate"] {
        postgres.restart(mode).await;
        load.make_progress(RESPONSES, TIMEOUT).await;
    }
    let acknowledged = load.stop(clients).await;
    assert!(load.refused() > 0, "a restart under load refuses requests");
    assert_eq!(load.torn(), 0, "every request has its response");
    acknowledged
}

/// Follows a user until the last cursor is known and reached: 1, 2, 3 … without gaps or repeats. A
/// stream may end only with the event `unavailable`. Returns how often that happened.
async fn follow(leopard: &Leopard, user: &User, last: watch::Receiver<Option<i64>>) -> usize {
    let mut cursor = 0;
    for ended in 0.. {
        let mut stream = reopen(leopard, user, cursor).await;
        loop {
            let event = stream.next().await;
            match event.kind() {
                "notification" => {
                    cursor += 1;
                    assert_eq!(event.id, Some(cursor));
                }
                "heartbeat" if *last.borrow() == Some(cursor) => return ended,
                "heartbeat" => {}
                "unavailable" => {
                    let retry = event.retry.expect("a reconnection time");
                    assert!((1_000..=10_000).contains(&retry), "{event:?}");
                    let end = within("the end", TIMEOUT, stream.advance()).await;
                    assert_eq!(end, None);
                    break;
                }
                other => panic!("{other} after {cursor}"),
            }
        }
    }
    unreachable!("the loop has no end")
}

/// A stream after this cursor, as soon as one opens.
async fn reopen(leopard: &Leopard, user: &User, cursor: i64) -> EventStream {
    until("a stream", TIMEOUT, async || {
        let stream = user.resume(leopard, &cursor.to_string()).await;
        (stream.hello.kind() == "connection_established").then_some(stream)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_restart_needs_no_server_restart() {
    let (postgres, leopard, alice) = start().await;
    let acknowledged = restart_under_load(&postgres, &alice).await;

    // A new stream shows 1..N without gaps, and every acknowledged task once.
    let mut stream = reopen(&leopard, &alice, 0).await;
    let head = alice.api.unread_count().await;
    let seen = stream.notifications(head.try_into().expect("few")).await;
    assert!(seen.iter().map(|(cursor, _)| *cursor).eq(1..=head));
    let titles: BTreeSet<&str> =
        seen.iter().filter_map(|(_, title)| title.strip_prefix("New Task Assigned: ")).collect();
    assert_eq!(titles.len(), seen.len(), "no notification is repeated");
    for title in &acknowledged {
        assert!(titles.contains(title.as_str()), "lost: {title}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_streams_survive_or_resume_completely() {
    let (postgres, leopard, alice) = start().await;
    let bob = leopard.user("bob").await;
    // A stream without events does not read the database, so it must not end.
    let mut idle = bob.follow(&leopard).await;

    let (last_sender, last) = watch::channel(None);
    let load = async {
        restart_under_load(&postgres, &alice).await;
        let newest = alice.api.inbox().await["results"][0]["sequence"].as_i64();
        last_sender.send_replace(Some(newest.expect("a cursor")));
    };
    let following = (0..STREAMS).map(|_| follow(&leopard, &alice, last.clone()));
    let ((), ended) = tokio::join!(load, join_all(following));
    figure::print(&format!(
        "{STREAMS} streams, all complete; interruptions by two restarts of the database: {ended:?}"
    ));

    bob.api.create_task("Afterwards", bob.id).await;
    assert_eq!(idle.notifications(1).await, [assigned(1, "Afterwards")]);
}

#[tokio::test]
async fn idle_stream_survives_a_database_restart() {
    let (postgres, leopard, alice) = start().await;
    alice.api.create_task("Before", alice.id).await;
    let mut stream = alice.follow(&leopard).await;
    postgres.restart("fast").await;
    // Afterwards all pooled connections are old ones.
    for _ in 0..2 {
        stream.next_of("heartbeat").await;
    }
    alice.api.create_task("Afterwards", alice.id).await;
    assert_eq!(stream.notification().await.id, Some(2));
}
