//! Three nodes with PostgreSQL, Redis and nginx, under load and random faults: no acknowledged task is
//! lost or duplicated, every stream ends with exactly 1..N, and after each fault events are timely again.

use std::time::Duration;

use leopard_tests::fixtures::task_body;
use leopard_tests::support::cluster::{Cluster, Fault, FaultTargets, Workload};
use leopard_tests::support::seeded_users::Member;
use leopard_tests::support::{
    Api, LeanStream, Proxy, Redis, Seed, TIMEOUT, alone, figure, postgres, seeded_users, switches,
    until,
};
use tokio::time::timeout;

const NODES: usize = 3;
const USERS: usize = 6;
const WRITERS: u64 = 4;
/// How often a request may be retried: for longer than any fault lasts.
const ATTEMPTS: usize = 300;
/// The time limit of an event without a fault.
const IN_TIME: Duration = Duration::from_secs(2);

/// The number of random faults, after one of each kind.
fn rounds() -> usize {
    if switches::is_long() { 150 } else { 3 }
}

/// The time limit for replacing lost connections to the database.
const BACK_TO_NORMAL: Duration = Duration::from_secs(30);

/// No replay is truncated. Heartbeats are rare, since a node compares all mailboxes at each of them.
const SETTINGS: [(&str, &str); 3] = [
    ("LEOPARD_REPLAY_LIMIT", "1000000"),
    ("LEOPARD_HEARTBEAT_SECONDS", "5"),
    ("LEOPARD_LOG", "off"),
];

async fn until_healthy(cluster: &Cluster) {
    for number in 0..cluster.size() {
        let api = cluster.node(number).anonymous();
        until("a node is healthy", TIMEOUT, async || {
            let response = api.get("/health/ready").await;
            let is_healthy = response.status == 200 && response.json()["status"] == "healthy";
            is_healthy.then_some(())
        })
        .await;
    }
}

/// Creates a task through nginx and expects its event at every node. None if an event is late, or if a
/// node ended its stream because its database was unavailable.
async fn events_come_in_time(cluster: &Cluster, witness: &Member) -> Option<()> {
    let mut streams = vec![];
    for number in 0..cluster.size() {
        let address = cluster.node(number).address();
        let stream = LeanStream::open(address, &witness.token, None).await;
        let mut stream = stream.expect("a stream of a healthy node");
        find(&mut stream, "connection_established").await?;
        streams.push(stream);
    }
    let api = Api::new(&cluster.gateway.url(""), Some(&witness.token));
    // nginx may have been reloaded a moment ago.
    until("a task", TIMEOUT, async || {
        let task = task_body("Seen by all", witness.id);
        let request = api.request("POST", "/api/v1/tasks/").json(&task);
        let response = request.send().await.ok()?;
        (response.status() == 201).then_some(())
    })
    .await;
    for stream in &mut streams {
        timeout(IN_TIME, find(stream, "notification")).await.ok()??;
    }
    Some(())
}

/// The first event of this type; none if the stream ends in order before it.
async fn find(stream: &mut LeanStream, kind: &str) -> Option<()> {
    loop {
        let message = stream.next().await.expect("the stream is not torn")?;
        if message.is(kind) {
            return Some(());
        }
    }
}

#[tokio::test]
async fn random_faults_lose_nothing() {
    let _alone = alone().await;
    let database = postgres::Server::start().await;
    let redis = Redis::start().await;
    let line = Proxy::to_database(&database.new_database().await).await;
    let (workdir, mut members) =
        seeded_users::on_database(&line.url(""), &SETTINGS, USERS + 1).await;
    let workdir = workdir.with("REDIS_URL", &redis.url());
    let witness = members.pop().expect("a user without load");
    let cluster = Cluster::start(&workdir, NODES).await;
    let seed = Seed::new("load chaos");
    let mut workload = Workload::start(&cluster, members, &seed, (WRITERS, ATTEMPTS));
    let mut targets = FaultTargets { cluster, redis, database, line };

    let mut rng = seed.rng(0);
    let mut faults = Fault::ALL.to_vec();
    for _ in 0..rounds() {
        faults.push(*rng.pick(&Fault::ALL));
    }
    for fault in &faults {
        workload.make_progress(5).await;
        targets.inject(*fault, &mut rng).await;
        until_healthy(&targets.cluster).await;
        let in_time = async || events_come_in_time(&targets.cluster, &witness).await;
        if fault.breaks_database_connections() {
            until("events in time again", BACK_TO_NORMAL, in_time).await;
        } else {
            in_time().await.unwrap_or_else(|| panic!("events in time after {fault:?}"));
        }
    }
    let work = workload.verify(&targets.cluster).await;
    figure::print(&format!("in {} faults: {work:?}", faults.len()));
}
