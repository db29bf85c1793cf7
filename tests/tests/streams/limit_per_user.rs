//! The stream limit of a user counts all nodes, and a node that died holds no streams.

use std::time::Duration;

use leopard_tests::support::{EventStream, Leopard, User, Workdir, until};

/// The documented delay until nodes know each other's streams.
const SOON: Duration = Duration::from_secs(5);

/// Two nodes with a limit of three streams.
async fn nodes() -> [Leopard; 2] {
    Workdir::two_nodes(&[("LEOPARD_STREAMS_PER_USER", "3")]).await
}

/// Opens a stream as soon as the limit allows it.
async fn opens(node: &Leopard, user: &User) -> EventStream {
    until("a stream opens", SOON, async || {
        let stream = node.stream().bearer(&user.access);
        stream.open_unless_refused().await.ok()
    })
    .await
}

/// Waits until one more stream is refused; closes those that still open.
async fn is_full(node: &Leopard, user: &User) {
    let head = until("a stream is refused", SOON, async || {
        let stream = node.stream().bearer(&user.access);
        stream.open_unless_refused().await.err()
    })
    .await;
    assert!(head.starts_with("http/1.1 429 "), "{head}");
    assert!(head.contains("retry-after: "), "{head}");
}

#[tokio::test]
async fn stream_limit_counts_all_nodes() {
    let [here, there] = nodes().await;
    let (alice, bob) = (here.user("alice").await, here.user("bob").await);
    let _two = [opens(&here, &alice).await, opens(&here, &alice).await];
    let third = opens(&there, &alice).await;
    is_full(&there, &alice).await;
    is_full(&here, &alice).await;
    // Other users have their own limit.
    let _bobs = opens(&there, &bob).await;

    drop(third);
    let _third = opens(&here, &alice).await;
    is_full(&there, &alice).await;
}

#[tokio::test]
async fn killed_node_frees_its_streams() {
    let [here, there] = nodes().await;
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
