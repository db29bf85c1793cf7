//! A server that is killed at random moments under load: no acknowledged task is lost, no
//! notification is repeated, and every stream resumes to exactly 1..N.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leopard_tests::support::crash::{
    Acknowledged, InboxSnapshot, ServerAddress, Work, follow, work,
};
use leopard_tests::support::seeded_users::Member;
use leopard_tests::support::{
    Leopard, Seed, TIMEOUT, Workdir, figure, seeded_users, switches, within,
};
use tokio::sync::watch;
use tokio::task::JoinSet;

const USERS: usize = 4;
const READERS_OF_EACH: usize = 2;
const WRITERS: u64 = 6;

/// How often the server is killed.
fn rounds() -> usize {
    if switches::is_long() { 200 } else { 8 }
}

/// How long the server lives under load in each round, in milliseconds.
const LIVES: std::ops::RangeInclusive<u64> = 50..=500;

/// No replay is truncated: streams show everything.
const SETTINGS: [(&str, &str); 3] = [
    ("LEOPARD_REPLAY_LIMIT", "1000000"),
    ("LEOPARD_HEARTBEAT_SECONDS", "1"),
    ("LEOPARD_LOG", "warn"),
];

/// The outcome of the next task that ends, or its panic; none when all have ended.
async fn joined<T: 'static>(parts: &mut JoinSet<T>) -> Option<T> {
    loop {
        let ended = within("all tasks end", TIMEOUT, parts.join_next()).await;
        match ended? {
            Ok(outcome) => return Some(outcome),
            Err(error) if error.is_cancelled() => {}
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Waits; none of the tasks may end or panic meanwhile.
async fn go_on<A: 'static, B: 'static>(a: &mut JoinSet<A>, b: &mut JoinSet<B>, span: Duration) {
    tokio::select! {
        () = tokio::time::sleep(span) => {}
        ended = a.join_next() => drop(ended.expect("writers").expect("a writer goes on")),
        ended = b.join_next() => drop(ended.expect("readers").expect("a reader goes on")),
    }
}

/// Checks the stored inboxes while there are no writers; these tasks must be in them.
async fn check(
    inbox_snapshot: &mut InboxSnapshot,
    leopard: &Leopard,
    members: &[Member],
    tasks: &[Acknowledged],
) {
    inbox_snapshot.read(leopard, members).await;
    inbox_snapshot.check(leopard, members, tasks).await;
}

async fn survives_kills(mut workdir: Workdir, members: Vec<Member>) {
    let seed = Seed::new("integration faults::crash");
    let members = Arc::new(members);
    let acknowledged: Arc<Mutex<Vec<Acknowledged>>> = Arc::default();
    let server_address = ServerAddress::default();
    let (last, last_watch) = watch::channel(None);

    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        writers.spawn(work(Work {
            name: format!("Writer {number}, task"),
            address: server_address.watch(),
            rng: seed.rng(number + 1),
            members: members.clone(),
            acknowledged: acknowledged.clone(),
        }));
    }
    let mut readers = JoinSet::new();
    for member in members.iter().cycle().take(USERS * READERS_OF_EACH) {
        let reader = follow(member.clone(), server_address.watch(), last_watch.clone());
        let user = member.id;
        readers.spawn(async move { (user, reader.await) });
    }

    let mut rng = seed.rng(0);
    let mut inbox_snapshot = InboxSnapshot::default();
    let mut all = vec![];
    for _ in 0..rounds() {
        let leopard = workdir.serve().await;
        let new = std::mem::take(&mut *acknowledged.lock().expect("no panic"));
        check(&mut inbox_snapshot, &leopard, &members, &new).await;
        all.extend(new);
        let up = server_address.up(leopard.address());
        let life = Duration::from_millis(rng.among(LIVES));
        go_on(&mut writers, &mut readers, life).await;
        drop(up);
        workdir = leopard.crash();
    }
    writers.abort_all();
    while joined(&mut writers).await.is_some() {}

    // A new snapshot also shows what later crashes lost.
    let leopard = workdir.serve().await;
    all.append(&mut acknowledged.lock().expect("no panic"));
    let mut inbox_snapshot = InboxSnapshot::default();
    check(&mut inbox_snapshot, &leopard, &members, &all).await;
    let _up = server_address.up(leopard.address());
    let count = |member: &Member| inbox_snapshot.titles(member.id).len();
    let counts = members.iter().map(|member| (member.id, count(member)));
    last.send_replace(Some(counts.collect()));
    while let Some((user, seen)) = joined(&mut readers).await {
        assert!(seen == inbox_snapshot.titles(user), "not what the inbox holds");
    }
    figure::print(&format!(
        "{} tasks were acknowledged and {} stored while the server was killed {} times",
        all.len(),
        inbox_snapshot.count(),
        rounds()
    ));
    assert!(all.len() >= rounds() * 10, "there was load: {}", all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_server_on_sqlite_loses_and_repeats_nothing() {
    let (workdir, members) = seeded_users::on_sqlite(&SETTINGS, USERS).await;
    survives_kills(workdir, members).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_server_on_postgres_loses_and_repeats_nothing() {
    let (workdir, members) = seeded_users::on_postgres(&SETTINGS, USERS).await;
    survives_kills(workdir, members).await;
}
