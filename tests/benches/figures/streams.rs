//! Thousands of idle streams: their rate of opening, their memory, and their processor time.

use std::net::SocketAddr;
use std::path::Path;

use leopard_tests::support::process::proportional;
use rustix::process::Pid;

use super::bare_server::BareServer;
use super::databases::Databases;
use super::events::Service as _;
use super::idle::{self, A_USER, OPENERS};
use super::populated_server::PopulatedServer;
use super::report::{Line, count, number};
use super::rest;
use super::task_api::TaskApi;

pub async fn measure(binary: &Path) -> Vec<Line> {
    let many = idle::many();
    let bare = bare(many).await;
    let of_all = on(binary, many, idle::of_all_users).await;
    let of_few = on(binary, many, idle::of_few_users).await;
    let name = number(count(many));
    let memory = |here: &Opened, of: String| Line {
        figure: format!("memory of an idle stream, {name} of {of}"),
        here: format!("{:.2} KiB", here.memory),
        baseline: format!("{:.2} KiB of a bare task with a socket", bare.memory),
        ratio: here.memory / bare.memory,
    };
    vec![
        memory(&of_all, "6,000 users".to_owned()),
        memory(&of_few, format!("{} users", many / A_USER)),
        Line {
            figure: format!("streams opened per second, 6,000 users, clients: {OPENERS}"),
            here: number(of_all.rate),
            baseline: format!("{} by a bare server", number(bare.rate)),
            ratio: of_all.rate / bare.rate,
        },
        rest::measure(binary, many).await,
    ]
}

/// Streams that were opened.
struct Opened {
    /// Of each of them, in KiB.
    memory: f64,
    /// How many per second.
    rate: f64,
}

/// Opens so many streams of a new server.
async fn on(
    binary: &Path,
    many: usize,
    requests: impl FnOnce(&TaskApi, usize) -> Vec<Vec<u8>>,
) -> Opened {
    let server = PopulatedServer::found(binary, &Databases::sqlite(), &[]).await;
    idle::warm_up(&server).await;
    opened(server.leopard.process(), server.api.address(), requests(&server.api, many)).await
}

async fn bare(many: usize) -> Opened {
    let server = BareServer::start();
    // As many bytes as a request for a stream has.
    let request = format!("GET / HTTP/1.1\r\nAuthorization: {:300}\r\n\r\n", "");
    opened(server.process(), server.address(), vec![request.into_bytes(); many]).await
}

async fn opened(process: Pid, address: SocketAddr, requests: Vec<Vec<u8>>) -> Opened {
    let streams = count(requests.len());
    let before = proportional(process);
    let (_open, rate) = idle::open(address, requests).await;
    let growth = proportional(process).saturating_sub(before);
    Opened { memory: count(growth.try_into().expect("memory")) / streams, rate }
}
