//! The processor time of an idle server: the log poller and the other background work, but no heartbeat.

use std::path::Path;
use std::time::Duration;

use leopard_tests::support::process::ProcessorTime;

use super::databases::Databases;
use super::idle;
use super::populated_server::PopulatedServer;
use super::report::Line;

/// The time of measurement: a multiple of all intervals of the background work.
const WATCHED: Duration = Duration::from_secs(4);
const FEW: usize = 100;
/// Longer than the measurement takes.
const HEARTBEAT: (&str, &str) = ("LEOPARD_HEARTBEAT_SECONDS", "3600");

/// Measures it with so many streams, beside few of them, and beside one for each of their users.
pub async fn measure(binary: &Path, many: usize) -> Vec<Line> {
    let databases = Databases::sqlite();
    let populated_server = PopulatedServer::found(binary, &databases, &[HEARTBEAT]).await;
    idle::warm_up(&populated_server).await;
    let one_each = idle::one_each(&populated_server, many);
    let users = one_each.len();
    let of_few =
        milliseconds_a_second(&populated_server, idle::requests(&populated_server, FEW)).await;
    let of_one_each = milliseconds_a_second(&populated_server, one_each).await;
    let here =
        milliseconds_a_second(&populated_server, idle::requests(&populated_server, many)).await;
    let line = |baseline: f64, streams: &str| Line {
        figure: format!("processor time at rest, {many} idle streams of {users} users"),
        here: format!("{here:.2} ms per second"),
        baseline: format!("{baseline:.2} ms per second, {streams}"),
        ratio: here / baseline,
    };
    vec![
        line(of_one_each, "one stream for each of these users"),
        line(of_few, &format!("{FEW} streams")),
    ]
}

/// Measures the server with only these streams.
async fn milliseconds_a_second(populated_server: &PopulatedServer, requests: Vec<Vec<u8>>) -> f64 {
    let (open, _) = idle::open(populated_server.address(), requests).await;
    let before = ProcessorTime::of(populated_server.leopard.process());
    tokio::time::sleep(WATCHED).await;
    let used = ProcessorTime::of(populated_server.leopard.process()).since(&before);
    drop(open);
    idle::until_open(populated_server, 0).await;
    used.as_secs_f64() * 1_000.0 / WATCHED.as_secs_f64()
}
