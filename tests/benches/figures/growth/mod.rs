//! A large store, compared with a small one: queries, reads through HTTP, and new tasks.

pub mod copies;
mod queries;
mod template;

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::now;

use super::databases::Databases;
use super::events::{CLIENTS, Delivered, STREAMS, Streams, deliver};
use super::latency::Latencies;
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};
use super::{reads, store, tasks};
use queries::Query;

#[derive(Clone, Copy)]
struct Size {
    /// With notifications and tasks.
    users: usize,
    /// Of each of them.
    notifications: usize,
    /// Of each of them.
    tasks: usize,
}

/// 1,000,000 notifications and 200,000 tasks.
const MANY: Size = Size { users: 2_000, notifications: 500, tasks: 100 };
/// 1,000 of both, and first pages are full.
const FEW: Size = Size { users: 10, notifications: 100, tasks: 100 };
const CALLS: usize = 400;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let databases = Databases::sqlite();
    let many = Place::new(&databases, MANY).await;
    let few = Place::new(&databases, FEW).await;
    let mut lines = worst_queries(&many, &few).await;
    few.store.close().await.expect("it closes");
    many.store.close().await.expect("it closes");

    let full = PopulatedServer::on(binary, &databases, &many.url, many.users, &[]).await;
    lines.extend(reads::measure(&full, MANY.users, &MANY.described()).await);
    let empty = PopulatedServer::found(binary, &databases, &[]).await;
    let here = delivered(&full).await;
    let baseline = delivered(&empty).await;
    let figure = format!("{}, {}", tasks::figure(&databases, CLIENTS), MANY.described());
    lines.push(tasks::beside_other(figure, &here, &baseline, "an empty store"));
    lines
}

/// Of each kind of query, the one that suffers most from the size of the store.
async fn worst_queries(many: &Place, few: &Place) -> Vec<Line> {
    let mut worst: Vec<(&str, usize, Line)> = vec![];
    for (nth, (what, query)) in few.queries(0).iter().enumerate() {
        let (here, baseline) = times(many, few, nth).await;
        let baseline_of = format!("of {}", FEW.described());
        let line = Line::of_medians((*what).to_owned(), here, baseline, &baseline_of);
        match worst.iter_mut().find(|(kind, ..)| *kind == query.kind()) {
            None => worst.push((query.kind(), 1, line)),
            Some((_, count, other)) => {
                *count += 1;
                if line.ratio > other.ratio {
                    *other = line;
                }
            }
        }
    }
    let lines = worst.into_iter().map(|(kind, count, line)| {
        let what = &line.figure;
        let figure = match count {
            1 => format!("SQLite: {kind}, {}", MANY.described()),
            _ => format!("SQLite: {kind}, worst of {count} ({what}), {}", MANY.described()),
        };
        Line { figure, ..line }
    });
    lines.collect()
}

async fn delivered(server: &PopulatedServer) -> Delivered {
    let streams = Streams::open(&server.api, STREAMS).await;
    deliver(&server.api, &streams, CLIENTS).await
}

/// The median times of this query on both stores, measured in turn, so that other load slows down both.
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

struct Place {
    url: String,
    store: SqlStore,
    size: Size,
    users: Vec<UserId>,
    now: DateTime<Utc>,
}

impl Place {
    async fn new(databases: &Databases, size: Size) -> Self {
        let url = databases.new_url().await;
        let users = store::users(&url).await;
        let store = SqlStore::connect(&url).await.expect("a database");
        let now = now();
        let (first, second) = (users[0], users[1]);
        template::work(&store, first, second, size.tasks, now).await;
        template::notify(&store, first, size.notifications, now).await;
        let connection = store.schema_connection();
        copies::make(connection, size.users, size.tasks, size.notifications).await;
        // Closing writes everything to the file.
        store.close().await.expect("it closes");
        let store = SqlStore::connect(&url).await.expect("a database");
        Self { url, store, size, users, now }
    }

    fn queries(&self, user: usize) -> Vec<(&'static str, Query)> {
        let newest = i64::try_from(self.size.notifications).expect("few");
        queries::all(self.users[user], self.now, newest)
    }

    /// The time of this query for one of the users, a different one each time.
    async fn time(&self, nth: usize, call: usize) -> Duration {
        // Not the neighbour: their rows lie side by side.
        let user = call * 7_919 % self.size.users;
        let (_, query) = self.queries(user).swap_remove(nth);
        let begun = Instant::now();
        query.run(&self.store).await;
        begun.elapsed()
    }
}
