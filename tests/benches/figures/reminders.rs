//! A due scan of many tasks, compared with one of few.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{DueScan, NewTask};
use leopard_core::port::TaskRepository as _;
use leopard_core::service::notifications::Reminders;
use leopard_tests::commit::Commit;
use leopard_tests::fixtures::{new_task, now};

use super::databases::Databases;
use super::latency::Latencies;
use super::report::{Line, count, number};
use super::store;

/// How many tasks wait for their date, and in the baseline.
const MANY: usize = 200_000;
const FEW: usize = 1_000;
const LOOKS: usize = 500;
const AT_ONCE: usize = 64;

pub async fn measure() -> Vec<Line> {
    vec![on(&Databases::sqlite()).await, on(&Databases::postgres().await).await]
}

async fn on(databases: &Databases) -> Line {
    let here = looks(databases, MANY).await;
    let baseline = looks(databases, FEW).await;
    let name = databases.name();
    let (all, some) = (number(count(MANY)), number(count(FEW)));
    let figure = format!("{name}: due date scan over {all} tasks");
    Line::of_medians(figure, here, baseline, &format!("of {some} tasks"))
}

/// The time of a due scan of this number of tasks, none of which is due.
async fn looks(databases: &Databases, tasks: usize) -> Duration {
    let url = databases.unsafe_url(&databases.new_url().await);
    let owner = store::create_users(&url, 1).await[0];
    let store = SqlStore::connect(&url).await.expect("a database");
    let now = now();
    let made = stream::iter(0..tasks).map(|_| store.store(task(owner, now)));
    let mut made = made.buffer_unordered(AT_ONCE);
    while let Some(made) = made.next().await {
        made.expect("a task");
    }
    drop(made);
    let scan = DueScan { now, due_soon: TimeDelta::hours(24) };
    let mut times = Vec::with_capacity(LOOKS);
    for _ in 0..LOOKS {
        let begun = Instant::now();
        let due_tasks = store.due_tasks(scan, Reminders::BATCH).await;
        times.push(begun.elapsed());
        assert_eq!(due_tasks, Ok(vec![]));
    }
    store.close().await.expect("it closes");
    Latencies::of(times).p50()
}

fn task(owner: UserId, now: DateTime<Utc>) -> TaskChange {
    let due_date = now + TimeDelta::days(30);
    TaskChange::insert(NewTask { due_date, ..new_task(owner, now) }, vec![])
}
