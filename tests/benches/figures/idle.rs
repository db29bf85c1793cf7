//! Idle streams.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::{Resource, getrlimit};
use tokio::net::TcpStream;

use super::connection::Connection;
use super::events::Service;
use super::populated_server::PopulatedServer;
use super::report::count;
use super::store::USERS;

const MANY: usize = 9_000;
/// The most streams that one user may have.
pub const A_USER: usize = 20;
pub const OPENERS: usize = 16;
/// Files that a process needs for everything else.
const OTHER_FILES: u64 = 500;
/// The time in which the server notices that clients have gone.
const SOON: Duration = Duration::from_secs(5);

/// The most streams, or fewer where the system grants fewer files.
pub fn many() -> usize {
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let free = usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(MANY);
    (free / 1_000 * 1_000).clamp(1_000, MANY)
}

/// Requests for this number of streams, of all users in turn.
pub fn of_all_users(service: &impl Service, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| service.stream(number % USERS)).collect()
}

/// Requests for this number of streams, with as many of each user as allowed.
pub fn of_few_users(service: &impl Service, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| service.stream(number / A_USER)).collect()
}

/// Opens a stream for each request, and returns the rate per second.
pub async fn open(address: SocketAddr, requests: Vec<Vec<u8>>) -> (Vec<TcpStream>, f64) {
    let total = count(requests.len());
    let begin = Instant::now();
    let openers = (0..OPENERS).map(async |first| {
        let mut sockets = vec![];
        for request in requests.iter().skip(first).step_by(OPENERS) {
            let mut connection = Connection::open(address).await;
            connection.send(request).await;
            connection.stream_opened().await;
            sockets.push(connection.into_socket());
        }
        sockets
    });
    let sockets = join_all(openers).await.into_iter().flatten().collect();
    (sockets, total / begin.elapsed().as_secs_f64())
}

/// Opens and closes some streams, so that the first measured ones are not the first.
pub async fn warm_up(server: &PopulatedServer) {
    drop(open(server.api.address(), of_all_users(&server.api, OPENERS)).await);
    until_open(server, 0).await;
}

/// Waits until the server has noticed that no more streams than these are left.
pub async fn until_open(server: &PopulatedServer, left: usize) {
    let left = u64::try_from(left).expect("a small number");
    server.leopard.until_open_streams(left, SOON).await;
}
