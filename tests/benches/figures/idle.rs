//! Idle streams.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::populated_server::PopulatedServer;
use super::report::count;

const MANY: usize = 9_000;
pub const FEW: usize = 1_000;
/// How many streams each user has: as many as are allowed.
const A_USER: usize = 20;
/// The first of the users without idle streams.
pub const BUSY: usize = MANY / A_USER;
pub const OPENERS: usize = 16;
/// Files that a process needs for everything else.
const OTHER_FILES: u64 = 500;
/// How long the server may take to notice that clients have gone.
const SOON: Duration = Duration::from_secs(5);

/// The most streams, or fewer where the system grants fewer files.
pub fn many() -> usize {
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let free = usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(MANY);
    (free / FEW * FEW).clamp(FEW, MANY)
}

/// Requests for so many streams.
pub fn requests(populated_server: &PopulatedServer, count: usize) -> Vec<Vec<u8>> {
    let requests = (0..count).map(|number| populated_server.stream(number / A_USER));
    requests.collect()
}

/// Requests for one stream for each user of so many.
pub fn one_each(populated_server: &PopulatedServer, count: usize) -> Vec<Vec<u8>> {
    let requests = (0..count.div_ceil(A_USER)).map(|user| populated_server.stream(user));
    requests.collect()
}

/// Opens a stream for each request and returns the rate per second.
pub async fn open(address: SocketAddr, requests: Vec<Vec<u8>>) -> (Vec<TcpStream>, f64) {
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

/// Opens and closes some streams, so that the first measured ones are not the first.
pub async fn warm_up(populated_server: &PopulatedServer) {
    let requests = (0..OPENERS).map(|opener| populated_server.stream(BUSY + opener));
    drop(open(populated_server.address(), requests.collect()).await);
    until_open(populated_server, 0).await;
}

/// Waits until the server has noticed that no more streams than these are left.
pub async fn until_open(populated_server: &PopulatedServer, left: usize) {
    let left = u64::try_from(left).expect("a small number");
    populated_server.leopard.until_open_streams(left, SOON).await;
}
