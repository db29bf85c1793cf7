//! A user has so many streams at all nodes together, and a node that has died holds none of them.

use std::time::Duration;

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::until;
use leopard_tests::support::workdir::Workdir;

/// How soon the nodes know of each other's streams.
const SOON: Duration = Duration::from_secs(5);

/// Two nodes on one database, at which a user has three streams at most.
async fn nodes() -> (Leopard, Leopard) {
    let database = new_database().await;
    let workdir = || {
        Workdir::new(&[("LEOPARD_STREAMS_PER_USER", "3")])
            .with("DATABASE_URL", &database)
            .with("LEOPARD_JWT_SECRET", &"s".repeat(32))
    };
    let first = workdir().serve().await;
    (first, workdir().serve().await)
}

/// One more stream, once there is a place for it.
async fn opens(node: &Leopard, user: &User) -> EventStream {
    until("there is a place", SOON, async || {
        let stream = node.stream().bearer(&user.access);
        stream.open_unless_refused().await.ok()
    })
    .await
}

/// Until one more stream is refused, while those that still open are closed again.
async fn is_full(node: &Leopard, user: &User) {
    let head = until("there is no place any more", SOON, async || {
        let stream = node.stream().bearer(&user.access);
        stream.open_unless_refused().await.err()
    })
    .await;
    assert!(head.starts_with("http/1.1 429 "), "{head}");
    assert!(head.contains("retry-after: "), "{head}");
}

#[tokio::test]
async fn stream_limit_counts_all_nodes() {
    let (here, there) = nodes().await;
    let (alice, bob) = (here.user("alice").await, here.user("bob").await);
    let _two = [opens(&here, &alice).await, opens(&here, &alice).await];
    let third = opens(&there, &alice).await;
    is_full(&there, &alice).await;
    is_full(&here, &alice).await;
    // Others have places of their own.
    let _bobs = opens(&there, &bob).await;

    drop(third);
    let _third = opens(&here, &alice).await;
    is_full(&there, &alice).await;
}

#[tokio::test]
async fn killed_node_frees_its_streams() {
    let (here, there) = nodes().await;
    let alice = there.user("alice").await;
    let mut streams = vec![];
    for _ in 0..3 {
        streams.push(opens(&here, &alice).await);
    }
    is_full(&there, &alice).await;
    drop(here);
    for _ in 0..3 {
        streams.push(opens(&there, &alice).await);
    }
    is_full(&there, &alice).await;
}
