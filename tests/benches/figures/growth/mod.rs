//! What is asked of a store that has grown, beside the same of one that has not.

mod copies;
mod questions;
mod template;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use leopard_adapters::sql::SqlStore;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::id::UserId;
use leopard_core::port::Clock as _;

use super::databases::Databases;
use super::latency::Latencies;
use super::report::{Line, count, milliseconds, number};
use super::store;
use questions::Question;

/// How much there is.
#[derive(Clone, Copy)]
struct Size {
    users: usize,
    /// Of each of them.
    notifications: usize,
    /// Of each of them.
    tasks: usize,
}

/// 1,000,000 notifications and 200,000 tasks.
const MANY: Size = Size { users: 1_000, notifications: 1_000, tasks: 200 };
/// 1,000 of both, and first pages are full.
const FEW: Size = Size { users: 10, notifications: 100, tasks: 100 };
/// How often each question is asked.
const CALLS: usize = 400;

/// Measures all questions on `SQLite`.
pub async fn measure() -> Vec<Line> {
    let databases = Databases::sqlite();
    let many = Place::new(&databases, MANY).await;
    let few = Place::new(&databases, FEW).await;
    let mut lines = vec![];
    for (nth, (what, _)) in few.questions(0).iter().enumerate() {
        let (here, baseline) = times(&many, &few, nth).await;
        lines.push(Line {
            figure: format!("SQLite: {what}, {}", MANY.described()),
            here: format!("p50 {}", milliseconds(here)),
            baseline: format!("p50 {}, {}", milliseconds(baseline), FEW.described()),
            ratio: here.as_secs_f64() / baseline.as_secs_f64(),
        });
    }
    many.store.close().await.expect("it closes");
    few.store.close().await.expect("it closes");
    lines
}

/// How long it takes to answer this question, in turns, so that whatever else goes on slows down both.
async fn times(one: &Place, other: &Place, nth: usize) -> (Duration, Duration) {
    let (mut of_one, mut of_other) = (vec![], vec![]);
    for call in 0..CALLS {
        of_one.push(one.time(nth, call).await);
        of_other.push(other.time(nth, call).await);
    }
    (Latencies::of(of_one).p50(), Latencies::of(of_other).p50())
}

impl Size {
    fn described(self) -> String {
        let all = |each: usize| number(count(self.users * each));
        let (notifications, tasks) = (all(self.notifications), all(self.tasks));
        format!("{notifications} notifications, {tasks} tasks")
    }
}

/// A store of some size.
struct Place {
    store: SqlStore,
    size: Size,
    users: Vec<UserId>,
    now: DateTime<Utc>,
}

impl Place {
    async fn new(databases: &Databases, size: Size) -> Self {
        let url = databases.new_url().await;
        let users = store::create_users(&url, size.users).await;
        let store = SqlStore::connect(&url).await.expect("a database");
        let now = SystemClock.now();
        let (first, second) = (users[0], users[1]);
        template::work(&store, first, second, size.tasks, now).await;
        template::tell(&store, first, size.notifications, now).await;
        copies::make(store.schema_connection(), size.tasks, size.notifications).await;
        // What was written settles, as it does in the course of years.
        store.close().await.expect("it closes");
        Self { store: SqlStore::connect(&url).await.expect("a database"), size, users, now }
    }

    /// All questions, asked by this one of the users.
    fn questions(&self, user: usize) -> Vec<(&'static str, Question)> {
        let newest = i64::try_from(self.size.notifications).expect("few");
        questions::all(self.users[user], self.now, newest)
    }

    /// How long it takes to answer this question to one of the users, each time to another.
    async fn time(&self, nth: usize, call: usize) -> Duration {
        // Not the neighbour: their rows lie side by side.
        let user = call * 7_919 % self.users.len();
        let (_, question) = self.questions(user).swap_remove(nth);
        let begun = Instant::now();
        question.ask(&self.store).await;
        begun.elapsed()
    }
}
