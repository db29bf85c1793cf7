//! The cost of a request for the server.

use std::time::Duration;

use super::super::process::{self, ProcessorTime};
use super::super::socket::Socket;
use super::super::wait::TIMEOUT;
use super::cases::Case;
use super::worst_data::{NOTIFICATIONS, WorstData};

/// How often `measure` calls a case; the cheapest call includes the least other work.
pub const CALLS: usize = 2;

#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub status: u16,
    /// Bytes of the request and of the response, heads and bodies.
    pub sent: usize,
    pub answered: usize,
    /// Processor time of the server, until it was idle again.
    pub processor: Duration,
    /// How much its resident memory grew at most, in KiB.
    pub memory: u64,
}

pub async fn measure(data: &WorstData, case: &Case) -> Cost {
    let first = call(data, case, 0).await;
    measure_more(data, case, first, 1).await
}

/// Measures a case once more, after so many calls.
pub async fn measure_more(data: &WorstData, case: &Case, least: Cost, calls: usize) -> Cost {
    let cost = call(data, case, calls).await;
    Cost {
        processor: least.processor.min(cost.processor),
        memory: least.memory.min(cost.memory),
        answered: least.answered.max(cost.answered),
        ..cost
    }
}

async fn call(data: &WorstData, case: &Case, nth: usize) -> Cost {
    let process = data.leopard.process();
    let request = case.request(data, nth).bytes();
    let mut socket = Socket::connect(&data.leopard).await;
    process::until_idle(process, TIMEOUT).await;
    process::forget_peak(process);
    let resident = process::peak(process);
    let before = ProcessorTime::of(process);
    socket.send_bytes(&request).await;
    let (status, answered) = if case.is_stream() {
        let head = socket.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let last = format!("\nid: {NOTIFICATIONS}\n");
        (200, head.len() + socket.skip_until(&last).await)
    } else {
        socket.skip_response().await
    };
    process::until_idle(process, TIMEOUT).await;
    Cost {
        status,
        sent: request.len(),
        answered,
        processor: ProcessorTime::of(process).since(&before),
        memory: process::peak(process).saturating_sub(resident),
    }
}
