//! Many clients of one writer: nobody is overtaken by more than a few transactions hold. Counted in
//! requests, not in time, so that it holds on any machine.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use leopard_tests::support::alone::alone;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until};
use serde_json::json;

/// More than three transactions take: some always have to wait for the next one.
const CLIENTS: usize = 400;
/// How many tasks each of them makes, one as soon as the other is answered.
const TASKS: usize = 20;
/// How many may come later and be answered earlier: as many as eight transactions hold. Those of
/// one transaction are answered in any order, and on the way to the writer and back the requests
/// overtake each other too.
const MOST: usize = 8 * 128;

/// Who has begun and who was answered, in the order in which that was seen.
#[derive(Default)]
struct Order {
    begun: AtomicUsize,
    /// When the requests that were answered had begun.
    answered: Mutex<Vec<usize>>,
}

impl Order {
    /// Makes a task, and answers which one it is of all that have begun.
    async fn make(&self, user: &User) -> usize {
        let begun = self.begun.fetch_add(1, Ordering::SeqCst);
        let tags: Vec<String> = (1..=20).map(|tag| format!("tag {tag}")).collect();
        let task = json!({
            "title": "One of many",
            "detail": "Its tags are much to write, so that the others wait",
            "assigned_to": user.id,
            "due_date": "2035-12-10T12:00:00Z",
            "tags": tags,
        });
        let answer = user.api.post("/api/v1/tasks/", task).await;
        answer.expect(201);
        self.answered.lock().expect("nobody panicked").push(begun);
        begun
    }

    fn answered(&self) -> usize {
        self.answered.lock().expect("nobody panicked").len()
    }

    /// Of each request in the order in which they had begun, how many began later and were
    /// answered earlier.
    fn overtakings(&self) -> Vec<usize> {
        let answered = self.answered.lock().expect("nobody panicked");
        let mut overtakings = vec![0; answered.len()];
        let mut before: Vec<usize> = Vec::with_capacity(answered.len());
        for &begun in answered.iter() {
            let place = before.partition_point(|other| *other < begun);
            overtakings[begun] = before.len() - place;
            before.insert(place, begun);
        }
        overtakings
    }
}

fn most(overtakings: impl IntoIterator<Item = usize>) -> usize {
    overtakings.into_iter().max().expect("some were answered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_are_overtaken_by_few_transactions() {
    let _alone = alone().await;
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    // Everybody's connection is there before anybody is counted.
    let count = "/api/v1/notifications/unread_count/";
    join_all((0..CLIENTS).map(async |_| admin.api.get(count).await.expect(200))).await;
    let order = Order::default();
    let seeded_users = join_all((0..CLIENTS).map(async |_| {
        for _ in 0..TASKS {
            order.make(&admin).await;
        }
    }));
    // One who comes now and then has no more to wait than those who are always there.
    let rare = async {
        let mut own = vec![];
        for round in 1..TASKS {
            until("others are answered", TIMEOUT, async || {
                (order.answered() >= round * CLIENTS).then_some(())
            })
            .await;
            own.push(order.make(&admin).await);
        }
        own
    };
    let (_, own) = tokio::join!(seeded_users, rare);

    let overtakings = order.overtakings();
    let rare = most(own.into_iter().map(|begun| overtakings[begun]));
    let all = most(overtakings);
    figure::print(&format!(
        "of {CLIENTS} clients nobody was overtaken by more than {all}, one who came rarely by {rare}"
    ));
    assert!(all <= MOST && rare <= MOST, "{all}, {rare}");
}
