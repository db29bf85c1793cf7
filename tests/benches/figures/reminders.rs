//! A look at the due dates of many tasks, beside that of few.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use leopard_adapters::sql::SqlStore;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{DueScan, NewTask, Priority, Tags};
use leopard_core::domain::text::Text;
use leopard_core::port::{Clock as _, TaskRepository as _};
use leopard_core::service::notifications::Reminders;
use leopard_tests::commit::Commit;

use super::databases::Databases;
use super::latency::Latencies;
use super::report::{Line, count, milliseconds, number};
use super::store;

/// How many tasks wait for their date, and in the baseline.
const MANY: usize = 200_000;
const FEW: usize = 1_000;
/// How often a node looks at them.
const LOOKS: usize = 500;
/// How many are made at once.
const AT_ONCE: usize = 64;

/// Measures on both databases.
pub async fn measure() -> Vec<Line> {
    vec![on(&Databases::sqlite()).await, on(&Databases::postgres().await).await]
}

async fn on(databases: &Databases) -> Line {
    let here = looks(databases, MANY).await;
    let baseline = looks(databases, FEW).await;
    let name = databases.name();
    let (all, some) = (number(count(MANY)), number(count(FEW)));
    Line {
        figure: format!("{name}: due date scan over {all} tasks"),
        here: format!("p50 {}", milliseconds(here)),
        baseline: format!("p50 {} of {some} tasks", milliseconds(baseline)),
        ratio: here.as_secs_f64() / baseline.as_secs_f64(),
    }
}

/// How long a look takes over so many tasks, of which none has come to its date.
async fn looks(databases: &Databases, tasks: usize) -> Duration {
    let url = databases.hasty(&databases.new_url().await);
    let owner = store::create_users(&url, 1).await[0];
    let store = SqlStore::connect(&url).await.expect("a database");
    let now = SystemClock.now();
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
    let task = NewTask {
        title: Text::new("Later".to_owned()).expect("a title"),
        detail: Text::new("It is not due yet.".to_owned()).expect("a detail"),
        priority: Priority::Medium,
        due_date: now + TimeDelta::days(30),
        assigned_to: Some(owner),
        assigned_by: owner,
        created_by: owner,
        tags: Tags::default(),
        linked_entity: None,
        created_at: now,
    };
    TaskChange::insert(task, vec![])
}
