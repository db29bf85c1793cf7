//! From the sending of a request to the event on the assignee's stream.

use std::time::{Duration, Instant};

use super::bare_server::BareServer;
use super::closed_loop::{self, Outcome, Step};
use super::connection::Connection;
use super::populated_server::PopulatedServer;

/// How many clients create tasks concurrently, each for its own reader.
pub const CLIENTS: usize = 16;

/// Measures it with pairs of users from this one on.
pub async fn latency(populated_server: &PopulatedServer, first: usize) -> Outcome {
    latency_across(populated_server, populated_server, first, CLIENTS).await
}

/// The same with clients at one node and readers at another.
pub async fn latency_across(
    from: &PopulatedServer,
    to: &PopulatedServer,
    first: usize,
    clients: usize,
) -> Outcome {
    let mut deliveries = vec![];
    for pair in 0..clients {
        let (client, reader) = (first + pair, first + clients + pair);
        let mut stream = Connection::open(to.address()).await;
        stream.send(&to.stream(reader)).await;
        stream.stream_opened().await;
        deliveries.push(Delivery {
            request: from.task(client, reader),
            client: Connection::open(from.address()).await,
            stream,
        });
    }
    closed_loop::run(deliveries).await
}

struct Delivery {
    request: Vec<u8>,
    client: Connection,
    stream: Connection,
}

impl Step for Delivery {
    async fn take(&mut self) -> Duration {
        let sent = Instant::now();
        self.client.send(&self.request).await;
        self.stream.notification().await;
        let time = sent.elapsed();
        self.client.response("201").await;
        time
    }
}

/// The baseline: as many clients and bytes, echoed by a bare process.
pub async fn echo(server: &BareServer, bytes: usize) -> Outcome {
    let mut echoes = vec![];
    for _ in 0..CLIENTS {
        let connection = Connection::open(server.address()).await;
        echoes.push(Echo { connection, bytes: vec![b'x'; bytes] });
    }
    closed_loop::run(echoes).await
}

struct Echo {
    connection: Connection,
    bytes: Vec<u8>,
}

impl Step for Echo {
    async fn take(&mut self) -> Duration {
        let sent = Instant::now();
        self.connection.echo(&self.bytes).await;
        sent.elapsed()
    }
}
