//! Every operation at its documented maxima, for clients that do not read their responses, on a server
//! with limited memory.
//!
//! The limit is `RLIMIT_DATA` (`ulimit -d`, getrlimit(2)): heap, stacks and anonymous mappings. It
//! needs no privileges, as a control group does, and a server that reaches it ends at once. Unlike
//! `ulimit -v`, it does not count addresses that an allocator only reserves. Resident memory is
//! checked as well.

use leopard_tests::support::costs::cases::{Case, Ceiling};
use leopard_tests::support::costs::worst_data::WorstData;
use leopard_tests::support::{Request, Socket, TIMEOUT, alone, costs, figure, process, within};

const LIMIT: u64 = 512 * 1024;
/// How many clients send the same request at once.
const CLIENTS: usize = 16;

/// Sends requests at once and reads none of the responses.
async fn send_unread(data: &WorstData, requests: &[Request]) -> Vec<Socket> {
    let mut sockets = vec![];
    for request in requests {
        let mut socket = Socket::connect_unread(&data.leopard).await;
        // The server may refuse a body before it has read it.
        within("a request is taken", TIMEOUT, socket.request(request)).await;
        sockets.push(socket);
    }
    sockets
}

/// The server still serves a small request, and has stayed below its limit.
async fn assert_it_serves(data: &WorstData, meanwhile: &str) {
    let process = data.leopard.process();
    let path = format!("/api/v1/tasks/{}/", data.witness_task);
    let mut socket = Socket::connect(&data.leopard).await;
    socket.request(&Request::get(&data.witness.access, path)).await;
    let (head, body) = socket.response().await;
    assert!(head.starts_with("http/1.1 200"), "{meanwhile}: {body}");
    let peak = process::peak(process);
    assert!(peak <= LIMIT, "{meanwhile}: {peak} KiB");
}

/// Sends requests, and waits until the server is idle.
async fn load(data: &WorstData, name: &str, requests: &[Request]) {
    let process = data.leopard.process();
    let log = data.leopard.log();
    let last = log.lines().last().unwrap_or_default();
    assert!(process::is_running(process), "before {name}: {last}");
    process::forget_peak(process);
    let sockets = send_unread(data, requests).await;
    process::until_idle(process, 3 * TIMEOUT).await;
    assert_it_serves(data, name).await;
    drop(sockets);
    figure::print(&format!("{name}: {} KiB", process::peak(process)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_answers_at_all_maxima_fit_into_the_memory_limit() {
    let _alone = alone().await;
    let workdir = WorstData::workdir().after(&format!("ulimit -d {LIMIT}"));
    let data = WorstData::in_workdir(workdir).await;
    let (bodies, cases): (Vec<_>, Vec<_>) = costs::all().into_iter().partition(Case::is_body);

    for case in &cases {
        let requests: Vec<_> = (0..CLIENTS).map(|nth| case.request(&data, nth)).collect();
        load(&data, &case.name(), &requests).await;
    }
    // Bodies of one shape to all operations at once.
    let mut shapes: Vec<_> = bodies.iter().map(|case| case.maximum).collect();
    shapes.sort_unstable();
    shapes.dedup();
    for shape in shapes {
        let same = bodies.iter().filter(|case| case.maximum == shape);
        let requests: Vec<_> = same.map(|case| case.request(&data, 0)).collect();
        load(&data, shape, &requests).await;
    }
    // All large responses at once.
    let is_large = |case: &&Case| matches!(case.ceiling, Ceiling::Page | Ceiling::List);
    let large = cases.iter().filter(is_large);
    let requests: Vec<_> =
        large.flat_map(|case| (CLIENTS..2 * CLIENTS).map(|nth| case.request(&data, nth))).collect();
    load(&data, "all pages at once", &requests).await;
}
