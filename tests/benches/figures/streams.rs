//! Thousands of open streams: how fast they open, what each costs, and what becomes of the others'
//! latency.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::bare_server::BareServer;
use super::closed_loop::Outcome;
use super::connection::Connection;
use super::databases::Databases;
use super::events::{self, CLIENTS};
use super::memory::resident;
use super::report::{Line, milliseconds, number};
use super::town::Town;

/// The most and the fewest streams that are open beside.
const MANY: usize = 9_000;
const FEW: usize = 1_000;
/// How many streams each user has: as many as are allowed.
const A_USER: usize = 20;
/// The first of the users without idle streams.
const BUSY: usize = MANY / A_USER;
/// How many clients open streams at once.
const OPENERS: usize = 16;
/// Files that a process needs for everything else.
const OTHER_FILES: u64 = 500;

/// Measures all of it.
pub async fn measure(binary: &Path) -> Vec<Line> {
    let many = as_many_as_files_allow();
    let bare = bare(many).await;
    let databases = Databases::sqlite();
    let town = Town::found(binary, &databases, &[]).await;
    warm_up(&town).await;
    let before = resident(town.leopard.process());
    let requests = (0..many).map(|number| town.stream(number / A_USER));
    let (mut open, rate) = open(town.address(), requests.collect()).await;
    let memory = (resident(town.leopard.process()) - before) / count(many);

    let at_many = events::latency(&town, BUSY).await;
    open.truncate(FEW);
    let left = u64::try_from(FEW).expect("a small number");
    town.leopard.until_open_streams(left, SOON).await;
    let at_few = events::latency(&town, BUSY).await;
    vec![
        delivery(FEW, &at_few, &bare.echo),
        delivery(many, &at_many, &bare.echo),
        Line {
            figure: format!("resident memory of an idle stream, {many} of them"),
            here: format!("{memory:.2} KiB"),
            baseline: format!("{:.2} KiB of a bare task with a socket", bare.memory),
            ratio: memory / bare.memory,
        },
        Line {
            figure: format!("streams opened a second, {OPENERS} clients"),
            here: number(rate),
            baseline: format!("{} by a bare server", number(bare.rate)),
            ratio: rate / bare.rate,
        },
    ]
}

/// Opens and closes some streams, until what the first ones need is there.
async fn warm_up(town: &Town) {
    let requests = (0..OPENERS).map(|opener| town.stream(BUSY + opener));
    drop(open(town.address(), requests.collect()).await);
    town.leopard.until_open_streams(0, SOON).await;
}

/// How long the server may take to notice that clients have gone.
const SOON: Duration = Duration::from_secs(5);

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
    let (held, rate) = open(server.address(), requests).await;
    let memory = (resident(server.process()) - before) / count(many);
    drop(held);
    Bare { echo, memory, rate }
}

/// Opens as many streams as requests and tells how many a second.
async fn open(address: SocketAddr, requests: Vec<Vec<u8>>) -> (Vec<TcpStream>, f64) {
    let total = count(requests.len());
    let mut shares = vec![vec![]; OPENERS];
    for (number, request) in requests.into_iter().enumerate() {
        shares[number % OPENERS].push(request);
    }
    let begin = Instant::now();
    let mut openers = JoinSet::new();
    for share in shares {
        openers.spawn(async move {
            let mut sockets = Vec::with_capacity(share.len());
            for request in share {
                let mut connection = Connection::open(address).await;
                connection.send(&request).await;
                connection.stream_opened().await;
                sockets.push(connection.into_socket());
            }
            sockets
        });
    }
    let sockets = openers.join_all().await.into_iter().flatten().collect();
    (sockets, total / begin.elapsed().as_secs_f64())
}

fn delivery(beside: usize, here: &Outcome, echo: &Outcome) -> Line {
    let (p50, p99) = (here.latencies.p50(), here.latencies.p99());
    Line {
        figure: format!("SQLite: request to event, {CLIENTS} clients, {beside} idle streams"),
        here: format!(
            "p50 {}, p99 {} ({} a second)",
            milliseconds(p50),
            milliseconds(p99),
            number(here.rate)
        ),
        baseline: format!("p50 {} of a TCP echo", milliseconds(echo.latencies.p50())),
        ratio: p50.as_secs_f64() / echo.latencies.p50().as_secs_f64(),
    }
}

fn as_many_as_files_allow() -> usize {
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let free = usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(MANY);
    (free / FEW * FEW).clamp(FEW, MANY)
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn count(number: usize) -> f64 {
    number as f64
}
