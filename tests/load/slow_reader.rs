//! Streams that nobody reads while very much happens.

use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, stream};
use leopard_tests::support::alone::alone;
use leopard_tests::support::figure;
use leopard_tests::support::lean_stream::{LeanStream, Message};
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::seeded_users::{self, Member};
use leopard_tests::support::wait::{TIMEOUT, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// What the user of the slow streams is told, and what another one is told meanwhile.
const MANY: i64 = 20_000;
const FEW: i64 = 1_000;

/// How many clients make the tasks.
const CLIENTS: usize = 64;

/// How many streams are not read: what one of them costs shows many times over.
const SLOW: usize = 15;

/// The most that the server may grow by, in KiB: less than one queue of all that is told.
const GROWTH: u64 = 20 * 1024;

/// How soon after the last commit everybody else has everything.
const DELAY: Duration = Duration::from_secs(2);

/// The most that is replayed, as the server is set by default.
const REPLAYED: i64 = 1_000;

/// A text of so many characters of four bytes each.
fn long(characters: usize) -> String {
    "\u{1F406}".repeat(characters)
}

/// A task whose title, and so its notification, is as long as can be.
fn task(member: &Member, detail: &str) -> Value {
    json!({
        "title": long(200),
        "detail": detail,
        "assigned_to": member.id,
        "due_date": "2035-12-10T12:00:00Z",
    })
}

/// Makes tasks for this user, so many at a time.
async fn tell(leopard: &Leopard, member: &Member, count: i64, clients: usize) {
    let api = leopard.api(&member.token);
    let task = task(member, "D");
    stream::iter(0..count)
        .for_each_concurrent(clients, async |_| {
            api.post("/api/v1/tasks/", task.clone()).await.expect(201);
        })
        .await;
}

/// Fills what would grow under the load whether somebody is slow or not: the database's page caches,
/// of the writer and of all readers, and what a burst of as many clients leaves with the allocator.
async fn warm_up(leopard: &Leopard, member: &Member) {
    let api = leopard.api(&member.token);
    let task = task(member, &long(20_000));
    stream::iter(0..400)
        .for_each_concurrent(8, async |_| {
            let made = api.post("/api/v1/tasks/", task.clone()).await.expect(201);
            let path = format!("/api/v1/tasks/{}/", made["id"]);
            // Whichever reader answers: each comes to read nearly everything.
            try_join_all((0..4).map(|_| api.request("GET", &path).send())).await.expect("answers");
        })
        .await;
    tell(leopard, member, MANY / 4, CLIENTS).await;
}

async fn open(leopard: &Leopard, member: &Member, cursor: Option<i64>) -> LeanStream {
    let opened = LeanStream::open(leopard.address(), &member.token, cursor).await;
    opened.expect("it is open")
}

/// Reads these and nothing else but heartbeats.
async fn read(stream: &mut LeanStream, expected: std::ops::RangeInclusive<i64>) {
    for expected in expected {
        assert_eq!(next(stream).await.id, Some(expected));
    }
}

/// The next event, heartbeats and the first one apart.
async fn next(stream: &mut LeanStream) -> Message {
    loop {
        let message = stream.next().await.expect("the stream is not torn");
        let message = message.expect("the stream goes on");
        if !message.is("heartbeat") && !message.is("connection_established") {
            return message;
        }
    }
}

/// One who never reads reads at last, and another one comes back.
async fn awakening(leopard: &Leopard, member: &Member, mut sleepers: Vec<LeanStream>) {
    let mut first = sleepers.pop().expect("a stream");
    read(&mut first, 1..=MANY).await;

    // The others come back, nearer to the end than a replay reaches, or farther from it.
    drop(sleepers);
    let mut near = open(leopard, member, Some(MANY - REPLAYED)).await;
    read(&mut near, MANY - REPLAYED + 1..=MANY).await;
    let mut far = open(leopard, member, Some(10)).await;
    let truncated = next(&mut far).await;
    assert_eq!(truncated.id, Some(MANY));
    let data: Value = serde_json::from_str(&truncated.data).expect("data is JSON");
    let last = MANY.to_string();
    let expected = json!({"type": "replay_truncated", "missed": MANY - 10, "last_event_id": last});
    assert_eq!(data, expected);

    tell(leopard, member, 1, 1).await;
    for stream in [&mut first, &mut near, &mut far] {
        read(stream, MANY + 1..=MANY + 1).await;
    }
}

async fn slow_among_others(workdir: Workdir, members: Vec<Member>) {
    let leopard = workdir.serve().await;
    let [slow, other, third] = &members[..] else { panic!("three users were made") };
    warm_up(&leopard, third).await;
    let mut sleepers = vec![];
    for _ in 0..SLOW {
        sleepers.push(open(&leopard, slow, None).await);
    }
    let mut readers = JoinSet::new();
    for (member, last) in [(slow, MANY), (other, FEW)] {
        let mut stream = open(&leopard, member, None).await;
        readers.spawn(async move { read(&mut stream, 1..=last).await });
    }

    let before = figure::resident(leopard.process());
    let begun = Instant::now();
    tokio::join!(tell(&leopard, slow, MANY, CLIENTS), tell(&leopard, other, FEW, 4));
    let committed = Instant::now();
    while !readers.is_empty() {
        let ended = timeout_at(committed + DELAY, readers.join_next()).await;
        let ended = ended.expect("nobody waits for the slow ones");
        ended.expect("a reader").expect("a reader sees 1..N");
    }
    let delay = committed.elapsed();
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SLOW} streams slept while {MANY} notifications went to their user in {:?}: \
         {before} KiB before, {after} KiB after; the others were done {delay:?} later",
        committed - begun
    ));
    let growth = after.saturating_sub(before);
    assert!(growth < GROWTH, "it has grown by {growth} KiB");
    within("all is there for the slow ones", TIMEOUT, awakening(&leopard, slow, sleepers)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_stream_is_bounded_and_delays_no_other() {
    let _alone = alone().await;
    let (workdir, members) = seeded_users::on_sqlite(&[("LEOPARD_LOG", "warn")], 3).await;
    slow_among_others(workdir, members).await;
}
