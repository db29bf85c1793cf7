//! Large bodies share bounded memory with a limit per client, and do not delay other clients. Without a
//! valid token, a body has to be small.

use leopard_tests::support::{
    Api, Leopard, Request, Response, Socket, TIMEOUT, alone, figure, until,
};

/// The largest body that is taken.
const LARGE: usize = 1024 * 1024;
const TASKS: &str = "/api/v1/tasks/";
/// The number of senders: four times as many as the memory allows.
const SENDERS: usize = 128;
/// The number of their addresses: each may send eight.
const ADDRESSES: usize = 16;

/// The address of a client, as a proxy on this machine forwards it.
fn address(number: usize) -> String {
    format!("192.0.2.{number}")
}

/// A server behind a proxy on this machine.
async fn start() -> Leopard {
    Leopard::start(&[("LEOPARD_TRUSTED_PROXIES", "loopback")]).await
}

/// Sends a large body except for its last byte.
async fn stalled(leopard: &Leopard, path: &str, token: &str, from: &str) -> Socket {
    let mut socket = Socket::connect(leopard).await;
    let request = Request::new("POST", path).bearer(token).header("X-Forwarded-For", from);
    let bytes = request.body(" ".repeat(LARGE)).bytes();
    socket.send_bytes(&bytes[..bytes.len() - 1]).await;
    socket
}

/// All senders, from this number of addresses.
async fn stalled_senders(leopard: &Leopard, token: &str, addresses: usize) -> Vec<Socket> {
    let mut senders = vec![];
    for number in 0..SENDERS {
        senders.push(stalled(leopard, TASKS, token, &address(number % addresses)).await);
    }
    senders
}

/// Sends a body of the largest size, which lacks all members.
async fn send_large(api: &Api, from: &str) -> Response {
    let request = api.request("POST", TASKS);
    let request = request.header("X-Forwarded-For", from);
    let request = request.header("Content-Type", "application/json");
    Response::of(request.body(" ".repeat(LARGE - 2) + "{}")).await
}

async fn until_full(api: &Api, from: &str) -> Response {
    until("the memory is used up", TIMEOUT, async || {
        let response = send_large(api, from).await;
        (response.status == 503).then_some(response)
    })
    .await
}

async fn until_free(api: &Api, from: &str) {
    until("memory is free again", TIMEOUT, async || {
        (send_large(api, from).await.status == 400).then_some(())
    })
    .await;
}

#[tokio::test]
async fn large_uploads_share_memory_and_delay_no_other() {
    let _alone = alone().await;
    let leopard = start().await;
    let admin = leopard.admin().await;
    let other = address(ADDRESSES);
    let before = figure::resident(leopard.process());
    let senders = stalled_senders(&leopard, &admin.access, ADDRESSES).await;
    let refused = until_full(&admin.api, &other).await;
    assert_eq!(refused.header("retry-after"), "5");
    refused.problem(503, "overloaded");
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SENDERS} stalled bodies of 1 MiB: {before} KiB before, {after} KiB after"
    ));
    // A buffer may be twice the size of its body.
    assert!(after < before + 96 * 1024, "{before} KiB, {after} KiB");
    admin.api.create_task("T", admin.id).await;

    drop(senders);
    until_free(&admin.api, &other).await;
}

#[tokio::test]
async fn large_uploads_of_one_client_delay_no_other() {
    let _alone = alone().await;
    let leopard = start().await;
    let admin = leopard.admin().await;
    let (greedy, other) = (address(0), address(1));
    let senders = stalled_senders(&leopard, &admin.access, 1).await;
    let refused = until_full(&admin.api, &greedy).await;
    refused.problem(503, "overloaded");
    for _ in 0..20 {
        let served = send_large(&admin.api, &other).await;
        served.problem(400, "invalid");
    }
    drop(senders);
    until_free(&admin.api, &greedy).await;
}

#[tokio::test]
async fn large_bodies_without_valid_token_are_not_kept() {
    let _alone = alone().await;
    let leopard = start().await;
    let admin = leopard.admin().await;
    let from = address(1);
    let before = figure::resident(leopard.process());
    let mut senders = vec![];
    for number in 0..SENDERS {
        let (path, token) = match number % 3 {
            0 => ("/api/token/", admin.access.as_str()),
            1 => (TASKS, "forged"),
            _ => (TASKS, ""),
        };
        senders.push(stalled(&leopard, path, token, &from).await);
    }
    // They use no memory, not even that of their own address.
    for _ in 0..8 {
        let served = send_large(&admin.api, &from).await;
        served.problem(400, "invalid");
    }
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SENDERS} stalled bodies of 1 MiB without a valid token: {before} KiB before, {after} KiB after"
    ));
    assert!(after < before + 32 * 1024, "{before} KiB, {after} KiB");
    // A client that expects 100 Continue is refused at once.
    let mut socket = Socket::connect(&leopard).await;
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: leopard\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {LARGE}\r\n\r\n"
    );
    socket.send(&head).await;
    let (head, body) = socket.response().await;
    assert!(head.starts_with("http/1.1 401"), "{head}");
    assert!(body.contains("not_authenticated"), "{body}");
}
