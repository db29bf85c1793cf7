//! Connections that send requests at full speed, on a thread of their own.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Builder;
use tokio::time::{Duration, sleep};

use super::super::body::{self, status_and_length};
use super::super::costs::worst_data::WorstData;
use super::super::wait::{TIMEOUT, until};

/// How long a connection is held that does not read.
const HELD: Duration = Duration::from_millis(500);
/// The pause after an error, and between checks for the stop.
const PAUSE: Duration = Duration::from_millis(5);
/// How much is read at a time.
const CHUNK: usize = 64 * 1024;

/// What a connection does with a response.
#[derive(Clone, Copy)]
pub enum Manner {
    Read,
    /// Hangs up as soon as it begins, and reconnects.
    HangUp,
    /// Reads nothing for a while, hangs up, and reconnects.
    Ignore,
}

pub struct Attack {
    pub name: &'static str,
    /// Each connection sends all of them, again and again.
    pub requests: Vec<Vec<u8>>,
    pub connections: Vec<Manner>,
    /// The number of their addresses.
    pub addresses: u8,
}

/// An attack that goes on until it is stopped.
pub struct Hostile {
    state: Arc<State>,
    thread: JoinHandle<Statuses>,
    connections: usize,
}

/// The number of responses by status; 0 stands for connections without a response.
type Statuses = BTreeMap<u16, usize>;

#[derive(Default)]
struct State {
    stopped: AtomicBool,
    sent: AtomicUsize,
}

impl Attack {
    pub fn start(&self, data: &WorstData) -> Hostile {
        let state = Arc::new(State::default());
        let connections = self.connections.iter().enumerate().map(|(place, manner)| {
            let address = u8::try_from(place).expect("few") % self.addresses;
            Connection {
                server: data.leopard.address(),
                source: Ipv4Addr::new(127, 0, 0, 2 + address),
                requests: self.requests.clone(),
                next: place,
                manner: *manner,
                state: state.clone(),
                responses: Statuses::new(),
            }
        });
        let all: Vec<_> = connections.collect();
        let connections = all.len();
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            let all = all.into_iter().map(Connection::run);
            let responses = runtime.expect("a runtime").block_on(join_all(all));
            let mut sum = Statuses::new();
            for (status, count) in responses.into_iter().flatten() {
                *sum.entry(status).or_default() += count;
            }
            sum
        });
        Hostile { state, thread, connections }
    }
}

impl Hostile {
    /// Waits until every connection has a request under way.
    pub async fn until_at_full_speed(&self) {
        until("the attack is at full speed", TIMEOUT, async || {
            (self.state.sent.load(Ordering::Relaxed) >= self.connections).then_some(())
        })
        .await;
    }

    /// Ends it, and counts the responses.
    pub async fn stop(self) -> Statuses {
        self.state.stopped.store(true, Ordering::Relaxed);
        until("the attack ends", TIMEOUT, async || self.thread.is_finished().then_some(())).await;
        self.thread.join().expect("it does not panic")
    }
}

struct Connection {
    server: SocketAddr,
    source: Ipv4Addr,
    requests: Vec<Vec<u8>>,
    next: usize,
    manner: Manner,
    state: Arc<State>,
    responses: Statuses,
}

impl Connection {
    async fn run(mut self) -> Statuses {
        let state = self.state.clone();
        loop {
            let visit = tokio::select! {
                visit = self.visit() => visit,
                () = until_stopped(&state) => return self.responses,
            };
            // The server may refuse or end a connection: it is an attack.
            if visit.is_err() {
                self.count(0);
                sleep(PAUSE).await;
            }
        }
    }

    fn count(&mut self, status: u16) {
        *self.responses.entry(status).or_default() += 1;
    }

    /// One connection, for as long as it lasts.
    async fn visit(&mut self) -> io::Result<()> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((self.source, 0).into())?;
        if matches!(self.manner, Manner::Ignore) {
            socket.set_recv_buffer_size(4_096)?;
        }
        let mut socket = socket.connect(self.server).await?;
        // Closed connections then leave no ports in TIME_WAIT.
        socket.set_zero_linger()?;
        loop {
            let request = &self.requests[self.next % self.requests.len()];
            self.next += 1;
            self.state.sent.fetch_add(1, Ordering::Relaxed);
            socket.write_all(request).await?;
            match self.manner {
                Manner::Ignore => {
                    sleep(HELD).await;
                    return Ok(());
                }
                Manner::HangUp => {
                    let (status, _) = read_head(&mut socket).await?.0;
                    self.count(status);
                    return Ok(());
                }
                Manner::Read => {
                    let ((status, length), received) = read_head(&mut socket).await?;
                    self.count(status);
                    skip(&mut socket, length.saturating_sub(received)).await?;
                }
            }
        }
    }
}

async fn until_stopped(state: &State) {
    while !state.stopped.load(Ordering::Relaxed) {
        sleep(PAUSE).await;
    }
}

/// The status and the length of a response, and how much of its body has come.
async fn read_head(socket: &mut TcpStream) -> io::Result<((u16, usize), usize)> {
    let mut received = vec![];
    let head = body::read_head(socket, &mut received).await?;
    Ok((status_and_length(&head), received.len()))
}

async fn skip(socket: &mut TcpStream, mut left: usize) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    while left > 0 {
        let read = socket.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left = left.saturating_sub(read);
    }
    Ok(())
}
