//! The command line beside a busy server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::support::{Leopard, Load, TIMEOUT, alone};

/// How many commands run, and how many of them at once.
const COMMANDS: usize = 100;
const CONCURRENT: usize = 8;

const LIMIT: Duration = Duration::from_secs(10);

/// How many clients keep the server busy.
const CLIENTS: usize = 8;

#[tokio::test]
async fn commands_finish_while_the_server_is_under_load() {
    let _alone = alone().await;
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let mut stream = alice.follow(&leopard).await;
    let (load, clients) = Load::start(&admin, CLIENTS);
    load.make_progress(40, TIMEOUT).await;

    let next = AtomicUsize::new(0);
    let worker = || async {
        while next.fetch_add(1, Ordering::Relaxed) < COMMANDS {
            leopard.workdir().create_tasks("alice", "By hand", 1).await;
        }
    };
    let begun = Instant::now();
    join_all((0..CONCURRENT).map(|_| worker())).await;
    let took = begun.elapsed();
    assert!(took < LIMIT, "{COMMANDS} commands took {took:?}");

    load.make_progress(40, TIMEOUT).await;
    load.stop(clients).await;
    assert_eq!((load.refused(), load.torn()), (0, 0));
    let seen = stream.notifications(COMMANDS).await;
    assert!(seen.iter().map(|(cursor, _)| *cursor).eq((1..).take(COMMANDS)), "{seen:?}");
}
