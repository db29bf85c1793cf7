//! Thousands of open streams: their rate of opening, their memory, and the latency of events beside them.

use std::path::Path;

use leopard_tests::support::figure::resident;
use rustix::process::Pid;

use super::bare_server::BareServer;
use super::closed_loop::Outcome;
use super::databases::Databases;
use super::events::{self, CLIENTS};
use super::idle::{self, BUSY, FEW, OPENERS};
use super::populated_server::PopulatedServer;
use super::report::{Line, count, milliseconds, number};
use super::rest;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let many = idle::many();
    let bare = bare(many).await;
    let mut lines = on_sqlite(binary, many, &bare).await;
    lines.push(on_postgres(binary, &bare.echo).await);
    lines.extend(rest::measure(binary, many).await);
    lines
}

async fn on_sqlite(binary: &Path, many: usize, bare: &Bare) -> Vec<Line> {
    let databases = Databases::sqlite();
    let populated_server = PopulatedServer::found(binary, &databases, &[]).await;
    idle::warm_up(&populated_server).await;
    let before = resident(populated_server.leopard.process());
    let requests = idle::requests(&populated_server, many);
    let (mut open, rate) = idle::open(populated_server.address(), requests).await;
    let memory = memory_each(populated_server.leopard.process(), before, many);

    let at_many = events::latency(&populated_server, BUSY).await;
    open.truncate(FEW);
    idle::until_open(&populated_server, FEW).await;
    let at_few = events::latency(&populated_server, BUSY).await;
    vec![
        delivery(&databases, FEW, &at_few, &bare.echo),
        delivery(&databases, many, &at_many, &bare.echo),
        Line {
            figure: format!("resident memory of an idle stream, {many} of them"),
            here: format!("{memory:.2} KiB"),
            baseline: format!("{:.2} KiB of a bare task with a socket", bare.memory),
            ratio: memory / bare.memory,
        },
        Line {
            figure: format!("streams opened per second, {OPENERS} clients"),
            here: number(rate),
            baseline: format!("{} by a bare server", number(bare.rate)),
            ratio: rate / bare.rate,
        },
    ]
}

/// The growth of the resident memory for each stream, in KiB.
fn memory_each(process: Pid, before: u64, streams: usize) -> f64 {
    let growth = resident(process).saturating_sub(before);
    count(growth.try_into().expect("memory")) / count(streams)
}

struct Bare {
    echo: Outcome,
    memory: f64,
    rate: f64,
}

async fn bare(many: usize) -> Bare {
    let server = BareServer::start();
    // As many bytes as a request to make a task has.
    let echo = events::echo(&server, 560).await;
    let before = resident(server.process());
    // As many bytes as a request for a stream has.
    let request = format!("GET / HTTP/1.1\r\nAuthorization: {:300}\r\n\r\n", "");
    let requests = vec![request.into_bytes(); many];
    let (held, rate) = idle::open(server.address(), requests).await;
    let memory = memory_each(server.process(), before, many);
    drop(held);
    Bare { echo, memory, rate }
}

/// From request to event, where the data is in `PostgreSQL`.
async fn on_postgres(binary: &Path, echo: &Outcome) -> Line {
    let databases = Databases::postgres().await;
    let populated_server = PopulatedServer::found(binary, &databases, &[]).await;
    let (_open, _) =
        idle::open(populated_server.address(), idle::requests(&populated_server, FEW)).await;
    let here = events::latency(&populated_server, BUSY).await;
    delivery(&databases, FEW, &here, echo)
}

fn delivery(databases: &Databases, beside: usize, here: &Outcome, echo: &Outcome) -> Line {
    let name = databases.name();
    let p50 = here.latencies.p50();
    Line {
        figure: format!("{name}: request to event, {CLIENTS} clients, {beside} idle streams"),
        here: here.described(),
        baseline: format!("p50 {} of a TCP echo", milliseconds(echo.latencies.p50())),
        ratio: p50.as_secs_f64() / echo.latencies.p50().as_secs_f64(),
    }
}
