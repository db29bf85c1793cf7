//! Nodes behind nginx are restarted one after the other, as for a new version, while people work: no
//! request fails that one more try would not heal, and no stream misses anything.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use leopard_tests::support::chance::Seed;
use leopard_tests::support::cluster::{Cluster, Post, keep_posting, keep_reading};
use leopard_tests::support::crash::{Acknowledged, Notebook};
use leopard_tests::support::crowd;
use leopard_tests::support::figure;
use leopard_tests::support::switches;
use leopard_tests::support::wait::{PATIENCE, until, within};
use tokio::sync::watch;
use tokio::task::JoinSet;

const NODES: usize = 2;
const USERS: usize = 6;
const WRITERS: u64 = 4;

/// How often all nodes are restarted.
fn rounds() -> usize {
    if switches::is_long() { 30 } else { 2 }
}

/// No replay is truncated: streams show everything.
const SETTINGS: [(&str, &str); 3] = [
    ("LEOPARD_REPLAY_LIMIT", "1000000"),
    ("LEOPARD_HEARTBEAT_SECONDS", "1"),
    ("LEOPARD_LOG", "warn"),
];

#[tokio::test]
async fn a_rolling_restart_costs_nobody_anything() {
    let (home, members) = crowd::on_postgres(&SETTINGS, USERS).await;
    let mut cluster = Cluster::start(&home, NODES).await;
    let seed = Seed::new("rolling restart");
    let members = Arc::new(members);
    let acknowledged: Arc<Mutex<Vec<Acknowledged>>> = Arc::default();
    let (stop, stopped) = watch::channel(false);
    let (last, told_last) = watch::channel(None);

    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let post = Post {
            name: format!("Writer {number}, task"),
            url: cluster.front.url(""),
            chance: seed.chance(number),
            members: members.clone(),
            acknowledged: acknowledged.clone(),
            // One, and once more.
            attempts: 2,
        };
        writers.spawn(keep_posting(post, stopped.clone()));
    }
    let mut readers = JoinSet::new();
    for member in members.iter() {
        let address = cluster.front.address();
        let reading = keep_reading(member.clone(), address, told_last.clone());
        let user = member.id;
        readers.spawn(async move { (user, reading.await) });
    }

    for _ in 0..rounds() {
        for number in 0..cluster.len() {
            cluster.stop_node(number).await;
            is_under_load(&acknowledged).await;
            cluster.start_node(number).await;
            is_under_load(&acknowledged).await;
        }
    }
    stop.send_replace(true);
    let repeated: usize = writers.join_all().await.into_iter().sum();

    let mut notebook = Notebook::default();
    let all = std::mem::take(&mut *acknowledged.lock().expect("nobody panicked"));
    notebook.read(cluster.node(0), &members).await;
    notebook.check(cluster.node(1), &members, &all).await;
    assert_eq!(notebook.count(), all.len(), "each was made once");
    let counts = members.iter();
    let counts = counts.map(|member| (member.id, notebook.titles(member.id).len()));
    last.send_replace(Some(counts.collect()));
    let read = within(
        "all streams end with everything",
        PATIENCE,
        readers.join_all(),
    );
    for (user, seen) in read.await {
        assert!(seen == notebook.titles(user), "not what the inbox holds");
    }
    figure::print(&format!(
        "{} tasks were made while {} nodes were restarted, {repeated} of them by a second request",
        all.len(),
        rounds() * NODES
    ));
}

/// Until some more tasks have been made.
async fn is_under_load(acknowledged: &Mutex<Vec<Acknowledged>>) {
    let count = || acknowledged.lock().expect("nobody panicked").len();
    let before = count();
    until("people work", Duration::from_secs(30), async || {
        (count() >= before + 20).then_some(())
    })
    .await;
}
