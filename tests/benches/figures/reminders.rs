//! A due scan of many tasks on `PostgreSQL`, compared with one of few; `growth` has the one on `SQLite`.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::task::{DueScan, NewTask};
use leopard_core::port::TaskRepository as _;
use leopard_core::service::notifications::Reminders;
use leopard_tests::commit::Commit as _;
use leopard_tests::fixtures::{new_task, now};

use super::databases::Databases;
use super::growth::copies;
use super::latency::Latencies;
use super::report::{Line, count, number};
use super::store;

/// The number of tasks that wait for their date, and in the baseline.
const MANY: usize = 200_000;
const FEW: usize = 1_000;
const OF_A_USER: usize = 100;
const SCANS: usize = 500;

pub async fn measure() -> Vec<Line> {
    let databases = Databases::postgres().await;
    let here = scan(&databases, MANY).await;
    let baseline = scan(&databases, FEW).await;
    let (name, all, some) = (databases.name(), number(count(MANY)), number(count(FEW)));
    let figure = format!("{name}: due date scan over {all} tasks");
    vec![Line::of_medians(figure, here, baseline, &format!("of {some} tasks"))]
}

/// The time of a due scan of this number of tasks, none of which is due.
async fn scan(databases: &Databases, tasks: usize) -> Duration {
    let url = databases.unsafe_url(&databases.new_url().await);
    let users = tasks / OF_A_USER;
    let owner = store::create_users(&url, users).await[0];
    let store = SqlStore::connect(&url).await.expect("a database");
    let now = now();
    for _ in 0..OF_A_USER {
        let task = NewTask { due_date: Some(now + TimeDelta::days(30)), ..new_task(owner, now) };
        store.store(TaskChange::insert(task, vec![])).await.expect("a task");
    }
    copies::make(store.schema_connection(), users, OF_A_USER, 0).await;
    let scan = DueScan { now, due_soon: TimeDelta::hours(24) };
    let mut times = Vec::with_capacity(SCANS);
    for _ in 0..SCANS {
        let begun = Instant::now();
        let due_tasks = store.due_tasks(scan, Reminders::BATCH).await;
        times.push(begun.elapsed());
        assert_eq!(due_tasks, Ok(vec![]));
    }
    store.close().await.expect("it closes");
    Latencies::of(times).p50()
}
