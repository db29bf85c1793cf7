//! A server that gets random inputs: every request gets a response, at a bounded cost.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixtures::id;

use super::body::status_and_length;
use super::costs::worst_data::WorstData;
use super::figure;
use super::lean_stream::LeanStream;
use super::leopard::Leopard;
use super::process::{self, ProcessorTime, until_idle};
use super::request::Request;
use super::rng::Rng;
use super::socket::Socket;
use super::switches::is_long;
use super::user::User;
use super::wait::{TIMEOUT, within};

/// How long each reader is tested.
const EACH: Duration = Duration::from_millis(2_500);
/// The most memory that all inputs of a reader take, in KiB.
const MEMORY: u64 = 96 * 1024;
/// The most processor time of an input, and of each KiB of it, in requests that do nothing.
const REQUESTS: f64 = 100.0;
const REQUESTS_PER_KIB: f64 = 2.0;

pub struct Target {
    pub leopard: Leopard,
    pub staff: User,
    pub author: User,
    /// A task of the author, and how many comments it has.
    pub task: i64,
    pub comments: usize,
    pub stream: LeanStream,
    socket: Option<Socket>,
    sent: usize,
    requests: usize,
}

impl Target {
    pub async fn start() -> Self {
        let leopard =
            WorstData::workdir().with("LEOPARD_TRUSTED_PROXIES", "loopback").serve().await;
        let staff = leopard.admin().await;
        let author = leopard.user("fuzz.author").await;
        let task = id(&author.api.create_task("T", author.id).await);
        let stream = LeanStream::open(leopard.address(), &author.access, None).await;
        Self {
            stream: stream.expect("a stream"),
            leopard,
            staff,
            author,
            task,
            comments: 0,
            socket: None,
            sent: 0,
            requests: 0,
        }
    }

    /// Sends a request, which must get a response below 500.
    pub async fn send(&mut self, request: &Request) -> (u16, String) {
        let bytes = request.bytes();
        self.count(&bytes);
        let mut socket = match self.socket.take() {
            Some(socket) => socket,
            None => Socket::connect(&self.leopard).await,
        };
        within("a request is taken", TIMEOUT, socket.send_bytes(&bytes)).await;
        let (head, body) = socket.response().await;
        let (status, _) = status_and_length(&head);
        assert!(status < 500, "{head}{body}");
        if status >= 400 {
            let problem: Value = serde_json::from_str(&body).expect("a problem is JSON");
            assert_eq!(problem["status"], status, "{body}");
        }
        if !head.contains("connection: close") {
            self.socket = Some(socket);
        }
        (status, body)
    }

    pub fn count(&mut self, request: &[u8]) {
        self.sent += request.len();
        self.requests += 1;
    }

    /// Sends inputs for a while, and checks what they cost.
    pub async fn try_reader(
        &mut self,
        name: &str,
        rng: &mut Rng,
        input: impl AsyncFn(&mut Self, &mut Rng),
    ) {
        let process = self.leopard.process();
        let idle = self.idle_request().await;
        until_idle(process, TIMEOUT).await;
        process::forget_peak(process);
        let (memory, before) = (process::peak(process), ProcessorTime::of(process));
        (self.sent, self.requests) = (0, 0);
        let end = Instant::now() + if is_long() { 10 * EACH } else { EACH };
        while Instant::now() < end {
            input(self, rng).await;
        }
        until_idle(process, TIMEOUT).await;
        let used = ProcessorTime::of(process).since(&before);
        // The kernel counts in batches for each processor, so a reading may be a little lower.
        let memory = process::peak(process).saturating_sub(memory);
        let (requests, sent) = (self.requests, self.sent);
        figure::print(&format!(
            "{name}: {requests} requests of {sent} bytes, {used:?} of the processor, {memory} KiB"
        ));
        let kib = u32::try_from(sent / 1024).expect("few");
        let requests = u32::try_from(requests).expect("few");
        let most = f64::from(requests) * REQUESTS + f64::from(kib) * REQUESTS_PER_KIB;
        let took = used.as_secs_f64() / idle.as_secs_f64();
        assert!(took <= most, "{name}: as much as {took:.0} requests that do nothing");
        assert!(memory <= MEMORY, "{name}: {memory} KiB");
    }

    async fn idle_request(&mut self) -> Duration {
        const CALLS: u32 = 50;
        let process = self.leopard.process();
        let before = ProcessorTime::of(process);
        for _ in 0..CALLS {
            self.send(&Request::new("GET", "/health/live")).await;
        }
        ProcessorTime::of(process).since(&before) / CALLS
    }
}
