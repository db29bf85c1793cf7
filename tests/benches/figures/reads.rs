//! Reads of many users in turn, on a large store, compared with the cheapest request.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::closed_loop::{self, Outcome, Step};
use super::connection::Connection;
use super::events::{CLIENTS, Service as _};
use super::populated_server::PopulatedServer;
use super::report::{Line, number};

const READS: [(&str, &str); 3] = [
    ("first page of 25 notifications", "/api/v1/notifications/"),
    ("first page of 25 tasks", "/api/v1/tasks/"),
    ("unread count", "/api/v1/notifications/unread_count/"),
];

/// Measures reads of this number of the server's users.
pub async fn measure(server: &PopulatedServer, users: usize, store: &str) -> Vec<Line> {
    let live = load(server, users, "/health/live").await;
    let mut lines = vec![];
    for (what, path) in READS {
        let here = load(server, users, path).await;
        lines.push(Line {
            figure: format!("SQLite: {what}, clients: {CLIENTS}, {store}"),
            here: here.described(),
            baseline: format!("{} per second, GET /health/live", number(live.rate)),
            ratio: here.rate / live.rate,
        });
    }
    lines
}

async fn load(server: &PopulatedServer, users: usize, path: &str) -> Outcome {
    let requests: Vec<_> = (0..users).map(|user| server.api.get(user, path)).collect();
    let next = Cell::new(0);
    let mut readers = vec![];
    for _ in 0..CLIENTS {
        let connection = Connection::open(server.api.address()).await;
        readers.push(Reader { connection, requests: &requests, next: &next });
    }
    closed_loop::run(readers).await
}

/// A client that sends the request of the next user each time.
struct Reader<'a> {
    connection: Connection,
    requests: &'a [Vec<u8>],
    next: &'a Cell<usize>,
}

impl Step for Reader<'_> {
    async fn take(&mut self) -> Duration {
        let number = self.next.replace(self.next.get() + 1);
        let sent = Instant::now();
        self.connection.call(&self.requests[number % self.requests.len()], "200").await;
        sent.elapsed()
    }
}
