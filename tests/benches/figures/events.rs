//! From the sending of a request to the event on a stream: clients create tasks, each for the next of many
//! users with an open stream.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join;
use rustix::process::Pid;

use super::closed_loop::{self, Outcome, Step};
use super::connection::Connection;
use super::report::number;
use super::store::USERS;

/// The usual number of clients.
pub const CLIENTS: usize = 16;
/// The usual number of users with an open stream.
pub const STREAMS: usize = 1_000;

/// A server that sends events to users, and the requests that it understands.
pub trait Service {
    fn address(&self) -> SocketAddr;
    /// The first of its processes, and the first of its database's.
    fn processes(&self) -> Vec<Pid>;
    /// Opens the stream of this user.
    fn stream(&self, user: usize) -> Vec<u8>;
    /// Sends a user an event that contains this text; on a service with tasks, by a task of another user.
    fn task(&self, from: usize, to: usize, title: &str) -> Vec<u8>;
}

/// The open streams of users, which take turns; a client reads the stream of its assignee alone.
pub struct Streams {
    waiting: RefCell<VecDeque<Stream>>,
    count: usize,
    tasks: Cell<usize>,
}

struct Stream {
    user: usize,
    connection: Connection,
}

impl Streams {
    /// Opens streams of this number of users.
    pub async fn open(service: &impl Service, count: usize) -> Self {
        let mut streams = Self { waiting: RefCell::default(), count: 0, tasks: Cell::default() };
        streams.open_more(service, count).await;
        streams
    }

    /// Opens streams of more users, up to this number of streams.
    pub async fn open_more(&mut self, service: &impl Service, count: usize) {
        for user in self.count..count {
            let mut connection = Connection::open(service.address()).await;
            connection.send(&service.stream(user)).await;
            connection.stream_opened().await;
            self.waiting.get_mut().push_back(Stream { user, connection });
        }
        self.count = count;
    }

    fn next(&self) -> Stream {
        self.waiting.borrow_mut().pop_front().expect("more streams than clients")
    }

    /// The creator of the next task, one after the other of the users without streams, and its title.
    fn next_task(&self) -> (usize, String) {
        let number = self.tasks.get();
        self.tasks.set(number + 1);
        (creator(number, self.count), format!("Call client {number:09}"))
    }
}

/// The creator of the task of this number, when the first users have streams.
pub fn creator(number: usize, streams: usize) -> usize {
    streams + number % (USERS - streams)
}

/// A measured load.
pub struct Delivered {
    pub outcome: Outcome,
    /// The processor time per task of the server, and of its database.
    pub used: Vec<Duration>,
}

impl Delivered {
    /// The figures for the table.
    pub fn described(&self) -> String {
        format!("{}, processor {}", self.outcome.described(), self.processor())
    }

    /// The processor time per task, that of the server first.
    pub fn processor(&self) -> String {
        let used = self.used.iter().map(|used| number(used.as_secs_f64() * 1e6));
        format!("{} µs", used.collect::<Vec<_>>().join(" + "))
    }
}

/// Measures this number of clients.
pub async fn deliver(service: &impl Service, streams: &Streams, clients: usize) -> Delivered {
    let mut deliveries = vec![];
    for _ in 0..clients {
        let client = Connection::open(service.address()).await;
        deliveries.push(Delivery { service, streams, client });
    }
    let (outcome, used) = closed_loop::run_beside(&service.processes(), deliveries).await;
    Delivered { outcome, used }
}

struct Delivery<'a, S> {
    service: &'a S,
    streams: &'a Streams,
    client: Connection,
}

impl<S: Service> Step for Delivery<'_, S> {
    async fn take(&mut self) -> Duration {
        let mut stream = self.streams.next();
        let (creator, title) = self.streams.next_task();
        let task = self.service.task(creator, stream.user, &title);
        let sent = Instant::now();
        self.client.send(&task).await;
        let event = async {
            stream.connection.event(title.as_bytes()).await;
            sent.elapsed()
        };
        // Any status of success: not every service answers with a 201.
        let (time, ()) = join(event, self.client.response("2")).await;
        self.streams.waiting.borrow_mut().push_back(stream);
        time
    }
}
