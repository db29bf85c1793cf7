//! Other servers beside Leopard, which deliver the same events to the same streams.

mod channels;
mod durable_streams;
mod nchan;
mod node;
mod table;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use leopard_tests::support::nginx::Port;
use leopard_tests::support::process::{OwnedChild, proportional};
use leopard_tests::support::tool::target;
use leopard_tests::support::{TIMEOUT, until};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::databases::Databases;
use super::events::{CLIENTS, STREAMS, Service, Streams, deliver};
use super::idle;
use super::populated_server::PopulatedServer;
use super::report::count;
use table::Row;

/// Why a peer is not measured.
type Missing = String;

/// The time in which a server notices that thousands of clients have gone.
const SETTLED: Duration = Duration::from_secs(2);

pub async fn measure(binary: &Path) -> String {
    let mut rows = vec![];
    for databases in [Databases::sqlite(), Databases::postgres().await] {
        let server = PopulatedServer::found(binary, &databases, &[]).await;
        rows.push(row(&format!("Leopard on {}", databases.name()), &server.api).await);
    }
    match node::Node::start().await {
        Ok(node) => rows.push(row("Node.js on PostgreSQL", &node.api).await),
        Err(missing) => skip("Node.js", &missing),
    }
    match durable_streams::DurableStreams::start().await {
        Ok(server) => rows.push(row("durable-streams", &server.channels).await),
        Err(missing) => skip("durable-streams", &missing),
    }
    for store in [nchan::Store::Redis, nchan::Store::Memory] {
        match nchan::Nchan::start(store).await {
            Ok(server) => rows.push(row(store.name(), &server.channels).await),
            Err(missing) => skip(store.name(), &missing),
        }
    }
    table::of(&rows)
}

fn skip(peer: &str, missing: &Missing) {
    eprintln!("figures: {peer} is skipped: {missing}");
}

/// Measures the memory of idle streams, and then the load.
async fn row(name: &str, service: &impl Service) -> Row {
    let server = service.processes()[0];
    // The first streams cost more.
    drop(idle::open(service.address(), idle::of_all_users(service, CLIENTS)).await);
    sleep(SETTLED).await;
    let many = idle::many();
    let before = proportional(server);
    let (open, _) = idle::open(service.address(), idle::of_all_users(service, many)).await;
    let growth = proportional(server).saturating_sub(before);
    drop(open);
    sleep(SETTLED).await;
    let streams = Streams::open(service, STREAMS).await;
    Row {
        name: name.to_owned(),
        load: deliver(service, &streams, CLIENTS).await,
        memory: count(growth.try_into().expect("memory")) / count(many),
    }
}

/// The folder into which `tests/bench` installs peers.
fn installed(name: &str) -> PathBuf {
    target().join("peers").join(name)
}

/// Starts a peer in this folder and waits until it listens on this port.
async fn start(mut command: Command, folder: &Path, port: &Port) -> Result<OwnedChild, Missing> {
    let log = folder.join("log");
    let output = File::create(&log).expect("a file for its log");
    command.current_dir(folder).stdin(Stdio::null()).stdout(output.try_clone().expect("a file"));
    let child = command.stderr(output).spawn();
    let mut child = OwnedChild(child.map_err(|error| format!("it does not start: {error}"))?);
    until("the peer listens", TIMEOUT, async || {
        let listens = TcpStream::connect(port.address()).await.is_ok();
        (listens || child.ended().is_some()).then_some(())
    })
    .await;
    match child.ended() {
        None => Ok(child),
        Some(_) => Err(format!("it ended: {}", std::fs::read_to_string(log).unwrap_or_default())),
    }
}
