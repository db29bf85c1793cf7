//! Nodes behind nginx are restarted one after the other, as for a new version, while clients write: every
//! request succeeds at the first or second try, and no stream misses an event.

use leopard_tests::support::cluster::{Cluster, Workload};
use leopard_tests::support::{Seed, alone, figure, seeded_users, switches};

const NODES: usize = 2;
const USERS: usize = 6;
const WRITERS: u64 = 4;

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
async fn rolling_restart_loses_no_request() {
    let _alone = alone().await;
    let (workdir, members) = seeded_users::on_postgres(&SETTINGS, USERS).await;
    let mut cluster = Cluster::start(&workdir, NODES).await;
    let seed = Seed::new("load rolling_restart");
    // Each request once, and once more.
    let mut workload = Workload::start(&cluster, members, &seed, (WRITERS, 2));
    for _ in 0..rounds() {
        for number in 0..cluster.size() {
            cluster.stop_node(number).await;
            workload.make_progress(20).await;
            cluster.start_node(number).await;
            workload.make_progress(20).await;
            cluster.until_used_again(number).await;
        }
    }
    let work = workload.verify(&cluster).await;
    figure::print(&format!("while {} nodes were restarted: {work:?}", rounds() * NODES));
}
