//! The processor time of an idle server: the log poller and the other background work, but no heartbeat.

use std::path::Path;
use std::time::Duration;

use leopard_tests::support::process::ProcessorTime;

use super::databases::Databases;
use super::events::Service as _;
use super::idle;
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};

/// The time of measurement: a multiple of all intervals of the background work.
const WATCHED: Duration = Duration::from_secs(4);
const FEW: usize = 100;
/// Longer than the measurement takes.
const HEARTBEAT: (&str, &str) = ("LEOPARD_HEARTBEAT_SECONDS", "3600");

/// Measures it with this number of streams, and with few of them.
pub async fn measure(binary: &Path, many: usize) -> Line {
    let databases = Databases::sqlite();
    let server = PopulatedServer::found(binary, &databases, &[HEARTBEAT]).await;
    idle::warm_up(&server).await;
    let few = milliseconds_a_second(&server, FEW).await;
    let here = milliseconds_a_second(&server, many).await;
    Line {
        figure: format!(
            "processor time at rest, {} idle streams of 6,000 users",
            number(count(many))
        ),
        here: format!("{here:.2} ms per second"),
        baseline: format!("{few:.2} ms per second, {FEW} streams"),
        ratio: here / few,
    }
}

/// Measures the server with only these streams.
async fn milliseconds_a_second(server: &PopulatedServer, streams: usize) -> f64 {
    let requests = idle::of_all_users(&server.api, streams);
    let (open, _) = idle::open(server.api.address(), requests).await;
    let before = ProcessorTime::of(server.leopard.process());
    tokio::time::sleep(WATCHED).await;
    let used = ProcessorTime::of(server.leopard.process()).since(&before);
    drop(open);
    idle::until_open(server, 0).await;
    used.as_secs_f64() * 1_000.0 / WATCHED.as_secs_f64()
}
