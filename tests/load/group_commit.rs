//! Many clients of one writer: a request is overtaken by few transactions. Counted in requests, not in
//! time, so that it holds on any machine.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, TIMEOUT, User, alone, figure, until};
use serde_json::json;

/// More than three transactions take, so that some requests always wait.
const CLIENTS: usize = 400;
/// How many tasks each client creates, one after the other.
const TASKS: usize = 20;
/// How many requests may start later and finish earlier: as many as eight transactions hold. The order
/// within a transaction is open, and requests overtake each other on the way to the writer and back.
const MOST: usize = 8 * 128;

/// The order in which requests have started and finished.
#[derive(Default)]
struct Order {
    started: AtomicUsize,
    /// The start numbers of the finished requests.
    finished: Mutex<Vec<usize>>,
}

impl Order {
    async fn make(&self, user: &User) -> usize {
        let started = self.started.fetch_add(1, Ordering::SeqCst);
        let tags: Vec<String> = (1..=20).map(|tag| format!("tag {tag}")).collect();
        let mut task = task_body("One of many", user.id);
        // Many tags are slow to write, so that other requests wait.
        task["tags"] = json!(tags);
        user.api.post("/api/v1/tasks/", task).await.expect(201);
        self.finished.lock().expect("no panic").push(started);
        started
    }

    fn finished(&self) -> usize {
        self.finished.lock().expect("no panic").len()
    }

    /// For each request by its start number, how many started later and finished earlier.
    fn overtakings(&self) -> Vec<usize> {
        let finished = self.finished.lock().expect("no panic");
        let mut overtakings = vec![0; finished.len()];
        let mut before: Vec<usize> = Vec::with_capacity(finished.len());
        for &started in finished.iter() {
            let place = before.partition_point(|other| *other < started);
            overtakings[started] = before.len() - place;
            before.insert(place, started);
        }
        overtakings
    }
}

fn most(overtakings: impl IntoIterator<Item = usize>) -> usize {
    overtakings.into_iter().max().expect("some have finished")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_are_overtaken_by_few_transactions() {
    let _alone = alone().await;
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    // All connections are open before the first request is counted.
    join_all((0..CLIENTS).map(|_| admin.api.unread_count())).await;
    let order = Order::default();
    let constant = join_all((0..CLIENTS).map(async |_| {
        for _ in 0..TASKS {
            order.make(&admin).await;
        }
    }));
    // A rare client waits no longer than the constant ones.
    let rare = async {
        let mut own = vec![];
        for round in 1..TASKS {
            until("other requests finish", TIMEOUT, async || {
                (order.finished() >= round * CLIENTS).then_some(())
            })
            .await;
            own.push(order.make(&admin).await);
        }
        own
    };
    let (_, own) = tokio::join!(constant, rare);

    let overtakings = order.overtakings();
    let rare = most(own.into_iter().map(|started| overtakings[started]));
    let all = most(overtakings);
    figure::print(&format!(
        "{CLIENTS} constant clients were overtaken by at most {all} requests, a rare one by {rare}"
    ));
    assert!(all <= MOST && rare <= MOST, "{all}, {rare}");
}
