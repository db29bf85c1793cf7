//! The command line beside a server that has its hands full.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::support::alone::alone;
use leopard_tests::support::background::Background;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Api;
use leopard_tests::support::wait::{TIMEOUT, until};

/// How many commands, and how many of them at a time.
const COMMANDS: usize = 100;
const AT_A_TIME: usize = 8;

/// How long all of them may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How many clients keep the server busy.
const CLIENTS: usize = 8;

/// A client that makes one task after the other and counts them.
async fn work(api: Api, assignee: i64, made: Arc<AtomicUsize>) {
    loop {
        api.create_task("Load", assignee).await;
        made.fetch_add(1, Ordering::Relaxed);
    }
}

/// Waits until each client has made so many more tasks: none of them was turned away.
async fn all_go_on(made: &[Arc<AtomicUsize>], more: usize) {
    let count = |made: &Arc<AtomicUsize>| made.load(Ordering::Relaxed);
    let before: Vec<_> = made.iter().map(count).collect();
    until("every client goes on", TIMEOUT, async || {
        let mut clients = made.iter().zip(&before);
        let all = clients.all(|(made, before)| count(made) >= before + more);
        all.then_some(())
    })
    .await;
}

#[tokio::test]
async fn commands_finish_while_the_server_is_under_load() {
    let _alone = alone().await;
    let leopard = Leopard::start(&[]).await;
    let (admin, alice) = (leopard.admin().await, leopard.user("alice").await);
    let mut stream = alice.follow(&leopard).await;
    let made: Vec<Arc<AtomicUsize>> = (0..CLIENTS).map(|_| Arc::default()).collect();
    let client = |made: &Arc<AtomicUsize>| work(admin.api.clone(), admin.id, made.clone());
    let _clients: Vec<_> = made.iter().map(client).map(Background::start).collect();
    all_go_on(&made, 20).await;

    let next = AtomicUsize::new(0);
    let worker = || async {
        while next.fetch_add(1, Ordering::Relaxed) < COMMANDS {
            let create = ["task", "create", "--assigned-to", "alice", "--title", "By hand"];
            leopard.workdir().cli(&create).await;
        }
    };
    let begun = Instant::now();
    join_all((0..AT_A_TIME).map(|_| worker())).await;
    let took = begun.elapsed();
    assert!(took < LIMIT, "{COMMANDS} commands took {took:?}");

    all_go_on(&made, 20).await;
    let seen = stream.notifications(COMMANDS).await;
    let cursors: Vec<_> = seen.into_iter().map(|(cursor, _)| cursor).collect();
    let expected: Vec<_> = (1..=COMMANDS).map(|n| n.to_string()).collect();
    assert_eq!(cursors, expected);
}
