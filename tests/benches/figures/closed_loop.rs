//! Clients that send the next request as soon as they have the response.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::connection::Connection;
use super::latency::Latencies;
use super::report::{count, milliseconds, number};

pub const MEASURED: Duration = Duration::from_secs(4);
/// How long it goes on before that, until caches are warm.
const WARM_UP: Duration = Duration::from_millis(500);

pub struct Outcome {
    pub rate: f64,
    /// How long each took.
    pub latencies: Latencies,
}

impl Outcome {
    /// The latencies and the rate, for the table.
    pub fn described(&self) -> String {
        let (p50, p99) = (self.latencies.p50(), self.latencies.p99());
        let rate = number(self.rate);
        format!("p50 {}, p99 {} ({rate} per second)", milliseconds(p50), milliseconds(p99))
    }
}

/// Something that is done again and again.
pub trait Step: Send + 'static {
    /// Does it once and returns the time it took.
    fn take(&mut self) -> impl Future<Output = Duration> + Send;
}

/// Repeats all steps beside each other.
pub async fn run(steps: Vec<impl Step>) -> Outcome {
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let mut clients = JoinSet::new();
    for mut step in steps {
        clients.spawn(async move {
            let mut times = Vec::with_capacity(8_192);
            loop {
                let time = step.take().await;
                let now = Instant::now();
                if now >= end {
                    return times;
                }
                if now >= begin {
                    times.push(time);
                }
            }
        });
    }
    let times = clients.join_all().await.concat();
    let latencies = Latencies::of(times);
    let rate = count(latencies.count()) / MEASURED.as_secs_f64();
    Outcome { rate, latencies }
}

/// One request, and the status of its response.
pub struct Call {
    pub connection: Connection,
    pub request: Vec<u8>,
    pub status: &'static str,
}

impl Step for Call {
    async fn take(&mut self) -> Duration {
        let sent = Instant::now();
        self.connection.call(&self.request, self.status).await;
        sent.elapsed()
    }
}
