//! Three nodes with PostgreSQL, Redis and nginx, while people work and anything that can break does:
//! nothing that was acknowledged is lost or made twice, every stream ends with exactly 1..N, and
//! once what failed is back events come in time again.

use std::time::Duration;

use leopard_tests::support::alone::alone;
use leopard_tests::support::cluster::{Cluster, Fault, FaultTargets, Workload};
use leopard_tests::support::lean_stream::LeanStream;
use leopard_tests::support::redis::Redis;
use leopard_tests::support::rest::Api;
use leopard_tests::support::rng::Seed;
use leopard_tests::support::seeded_users::{self, Member};
use leopard_tests::support::silent_proxy::SilentProxy;
use leopard_tests::support::wait::{TIMEOUT, until};
use leopard_tests::support::{figure, postgres, switches};
use tokio::time::timeout;

const NODES: usize = 3;
const USERS: usize = 6;
const WRITERS: u64 = 4;
/// How often the same request may be sent: for longer than anything is away.
const ATTEMPTS: usize = 300;
/// How late an event may be while nothing is broken.
const IN_TIME: Duration = Duration::from_secs(2);

/// How often something breaks, apart from each kind of trouble once.
fn rounds() -> usize {
    if switches::is_long() { 150 } else { 3 }
}

/// How long a node may take to replace connections to the database that were lost.
const BACK_TO_NORMAL: Duration = Duration::from_secs(30);

/// No replay is truncated: streams show everything. At each heartbeat a node compares all mailboxes,
/// so that events must come in time without that.
const SETTINGS: [(&str, &str); 3] = [
    ("LEOPARD_REPLAY_LIMIT", "1000000"),
    ("LEOPARD_HEARTBEAT_SECONDS", "5"),
    ("LEOPARD_LOG", "off"),
];

/// Until every node says that it lacks nothing.
async fn all_is_well(cluster: &Cluster) {
    for number in 0..cluster.len() {
        let api = cluster.node(number).anonymous();
        until("a node is well", TIMEOUT, async || {
            let answer = api.get("/health/ready").await;
            let is_well = answer.status == 200 && answer.json()["status"] == "healthy";
            is_well.then_some(())
        })
        .await;
    }
}

/// A task that is created through nginx is seen at every node, in time. None if an event is late, or if
/// a node ended its stream because it lacked the database.
async fn events_come_in_time(cluster: &Cluster, witness: &Member) -> Option<()> {
    let mut streams = vec![];
    for number in 0..cluster.len() {
        let address = cluster.node(number).address();
        let stream = LeanStream::open(address, &witness.token, None).await;
        let mut stream = stream.expect("a stream of a node that is well");
        find(&mut stream, "connection_established").await?;
        streams.push(stream);
    }
    let api = Api::new(&cluster.gateway.url(""), Some(&witness.token));
    // nginx may have been told to begin anew a moment ago.
    until("a task", TIMEOUT, async || {
        let task = serde_json::json!({
            "title": "Seen by all", "detail": "D", "due_date": "2035-01-01T00:00Z",
            "assigned_to": witness.id,
        });
        let request = api.request("POST", "/api/v1/tasks/").json(&task);
        let answer = request.send().await.ok()?;
        (answer.status() == 201).then_some(())
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
    let line = SilentProxy::to(&database.new_database().await).await;
    let (workdir, mut members) = seeded_users::on_database(line.url(), &SETTINGS, USERS + 1).await;
    let workdir = workdir.with("REDIS_URL", &redis.url());
    let witness = members.pop().expect("somebody who does not work");
    let cluster = Cluster::start(&workdir, NODES).await;
    let seed = Seed::new("load chaos");
    let mut workload = Workload::start(&cluster, members, &seed, (WRITERS, ATTEMPTS));
    let mut world = FaultTargets { cluster, redis, database, line };

    let mut rng = seed.rng(0);
    let mut faults = Fault::ALL.to_vec();
    for _ in 0..rounds() {
        faults.push(*rng.pick(&Fault::ALL));
    }
    for fault in &faults {
        workload.make_progress(5).await;
        world.inject(*fault, &mut rng).await;
        all_is_well(&world.cluster).await;
        let in_time = async || events_come_in_time(&world.cluster, &witness).await;
        if fault.breaks_database_connections() {
            until("events in time again", BACK_TO_NORMAL, in_time).await;
        } else {
            in_time().await.unwrap_or_else(|| panic!("events in time after {fault:?}"));
        }
    }
    let work = workload.verify(&world.cluster).await;
    figure::print(&format!("in {} faults: {work:?}", faults.len()));
}
