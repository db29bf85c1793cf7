//! Streams of slow readers under a high load.

use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, stream};
use leopard_tests::fixtures::{task_body, task_path};
use leopard_tests::support::lean_stream::Message;
use leopard_tests::support::seeded_users::Member;
use leopard_tests::support::{
    LeanStream, Leopard, TIMEOUT, Workdir, alone, figure, seeded_users, within,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The notifications of the user with slow streams, and of another user meanwhile.
const MANY: i64 = 20_000;
const FEW: i64 = 1_000;

const CLIENTS: usize = 64;

/// The number of slow streams, so that the cost of each adds up.
const SLOW: usize = 15;

/// The most memory that the server may grow by, in KiB: less than one queue of all notifications.
const GROWTH: u64 = 20 * 1024;

/// The time limit after the last commit until other streams have all events.
const DELAY: Duration = Duration::from_secs(2);

const REPLAYED: i64 = 1_000;

/// A text of so many characters of four bytes each.
fn long(characters: usize) -> String {
    "\u{1F406}".repeat(characters)
}

/// A task with the longest title, and so with the longest notification.
fn task(member: &Member, detail: &str) -> Value {
    let mut task = task_body(&long(200), member.id);
    task["detail"] = json!(detail);
    task
}

/// Creates tasks for this user with concurrent clients.
async fn create_tasks(leopard: &Leopard, member: &Member, count: i64, clients: usize) {
    let api = leopard.api(&member.token);
    let task = task(member, "D");
    stream::iter(0..count)
        .for_each_concurrent(clients, async |_| {
            api.post("/api/v1/tasks/", task.clone()).await.expect(201);
        })
        .await;
}

/// Fills what grows under load in any case: the page caches of all database connections, and the memory
/// that the allocator keeps after a burst.
async fn warm_up(leopard: &Leopard, member: &Member) {
    let api = leopard.api(&member.token);
    let task = task(member, &long(20_000));
    stream::iter(0..400)
        .for_each_concurrent(8, async |_| {
            let made = api.post("/api/v1/tasks/", task.clone()).await.expect(201);
            let path = task_path(&made);
            // Several reads, so that each database connection reads nearly everything.
            try_join_all((0..4).map(|_| api.request("GET", &path).send())).await.expect("reads");
        })
        .await;
    create_tasks(leopard, member, MANY / 4, CLIENTS).await;
}

async fn open(leopard: &Leopard, member: &Member, cursor: Option<i64>) -> LeanStream {
    let opened = LeanStream::open(leopard.address(), &member.token, cursor).await;
    opened.expect("it is open")
}

async fn read(stream: &mut LeanStream, expected: std::ops::RangeInclusive<i64>) {
    for expected in expected {
        assert_eq!(next(stream).await.id, Some(expected));
    }
}

/// The next event; skips heartbeats and the first event.
async fn next(stream: &mut LeanStream) -> Message {
    loop {
        let message = stream.next().await.expect("the stream is not torn");
        let message = message.expect("the stream goes on");
        if !message.is("heartbeat") && !message.is("connection_established") {
            return message;
        }
    }
}

/// A slow reader reads at last, and others resume.
async fn read_late(leopard: &Leopard, member: &Member, mut slow: Vec<LeanStream>) {
    let mut first = slow.pop().expect("a stream");
    read(&mut first, 1..=MANY).await;

    // The others resume, within the replay limit and beyond it.
    drop(slow);
    let mut near = open(leopard, member, Some(MANY - REPLAYED)).await;
    read(&mut near, MANY - REPLAYED + 1..=MANY).await;
    let mut far = open(leopard, member, Some(10)).await;
    let truncated = next(&mut far).await;
    assert_eq!(truncated.id, Some(MANY));
    let data: Value = serde_json::from_str(&truncated.data).expect("data is JSON");
    let last = MANY.to_string();
    let expected = json!({"type": "replay_truncated", "missed": MANY - 10, "last_event_id": last});
    assert_eq!(data, expected);

    create_tasks(leopard, member, 1, 1).await;
    for stream in [&mut first, &mut near, &mut far] {
        read(stream, MANY + 1..=MANY + 1).await;
    }
}

async fn slow_among_others(workdir: Workdir, members: Vec<Member>) {
    let leopard = workdir.serve().await;
    let [slow, other, third] = &members[..] else { panic!("three users were made") };
    warm_up(&leopard, third).await;
    let mut unread = vec![];
    for _ in 0..SLOW {
        unread.push(open(&leopard, slow, None).await);
    }
    let mut readers = JoinSet::new();
    for (member, last) in [(slow, MANY), (other, FEW)] {
        let mut stream = open(&leopard, member, None).await;
        readers.spawn(async move { read(&mut stream, 1..=last).await });
    }

    let before = figure::resident(leopard.process());
    let begun = Instant::now();
    tokio::join!(
        create_tasks(&leopard, slow, MANY, CLIENTS),
        create_tasks(&leopard, other, FEW, 4)
    );
    let committed = Instant::now();
    while !readers.is_empty() {
        let ended = timeout_at(committed + DELAY, readers.join_next()).await;
        let ended = ended.expect("other streams do not wait for slow ones");
        ended.expect("a reader").expect("a reader sees 1..N");
    }
    let delay = committed.elapsed();
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SLOW} streams did not read {MANY} notifications of their user, sent in {:?}: \
         {before} KiB before, {after} KiB after; the others were complete {delay:?} later",
        committed - begun
    ));
    let growth = after.saturating_sub(before);
    assert!(growth < GROWTH, "it has grown by {growth} KiB");
    within("slow streams are complete", TIMEOUT, read_late(&leopard, slow, unread)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_stream_is_bounded_and_delays_no_other() {
    let _alone = alone().await;
    let (workdir, members) = seeded_users::on_sqlite(&[("LEOPARD_LOG", "warn")], 3).await;
    slow_among_others(workdir, members).await;
}
