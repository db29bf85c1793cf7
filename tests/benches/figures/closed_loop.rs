//! Clients that send the next request as soon as they have the response.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use leopard_tests::support::process::ProcessorTime;
use rustix::process::Pid;
use tokio::time::sleep;

use super::latency::Latencies;
use super::report::{count, milliseconds, number};

pub const MEASURED: Duration = Duration::from_secs(4);
/// The time before that, so that caches are warm and each user had a turn.
const WARM_UP: Duration = Duration::from_secs(1);

pub struct Outcome {
    pub rate: f64,
    /// The time of each step.
    pub latencies: Latencies,
}

impl Outcome {
    /// The rate and the latencies, for the table.
    pub fn described(&self) -> String {
        let (p50, p99) = (self.latencies.p50(), self.latencies.p99());
        let rate = number(self.rate);
        format!("{rate} per second, p50 {}, p99 {}", milliseconds(p50), milliseconds(p99))
    }
}

/// Something that is done again and again.
pub trait Step {
    /// Does it once and returns the time it took.
    async fn take(&mut self) -> Duration;
}

/// Repeats all steps concurrently.
pub async fn run(steps: Vec<impl Step>) -> Outcome {
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let times = RefCell::new(Vec::with_capacity(65_536));
    let repeat = async |mut step: _| {
        loop {
            let time = Step::take(&mut step).await;
            let now = Instant::now();
            if now >= end {
                return;
            }
            if now >= begin {
                times.borrow_mut().push(time);
            }
        }
    };
    join_all(steps.into_iter().map(repeat)).await;
    let latencies = Latencies::of(times.into_inner());
    let rate = count(latencies.count()) / MEASURED.as_secs_f64();
    Outcome { rate, latencies }
}

/// Repeats all steps and returns the processor time that each of these processes, with its descendants,
/// used for one of them.
pub async fn run_beside(processes: &[Pid], steps: Vec<impl Step>) -> (Outcome, Vec<Duration>) {
    let read = || processes.iter().map(|process| ProcessorTime::of_tree(*process));
    let watch = async {
        sleep(WARM_UP).await;
        let before: Vec<_> = read().collect();
        sleep(MEASURED).await;
        read().zip(&before).map(|(now, before)| now.since(before)).collect::<Vec<_>>()
    };
    let (outcome, used) = join(run(steps), watch).await;
    let done = count(outcome.latencies.count());
    (outcome, used.into_iter().map(|used| used.div_f64(done)).collect())
}
