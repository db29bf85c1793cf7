//! Large bodies share bounded memory, of which each client gets a part; other clients do not wait for them.
//! Without a valid token a body is small, or is not kept at all.

use leopard_tests::support::alone::alone;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::{Answer, Api};
use leopard_tests::support::socket::Socket;
use leopard_tests::support::wait::{TIMEOUT, until};

/// The largest body that is taken.
const LARGE: usize = 1024 * 1024;
/// Where tasks are created.
const TASKS: &str = "/api/v1/tasks/";
/// How many send one: four times as many as find room.
const SENDERS: usize = 128;
/// From how many addresses: each has room for eight.
const ADDRESSES: usize = 16;

/// A client of this number, as a proxy on this machine tells of it.
fn address(number: usize) -> String {
    format!("192.0.2.{number}")
}

/// A server behind a proxy on this machine.
async fn start() -> Leopard {
    Leopard::start(&[("LEOPARD_TRUSTED_PROXIES", "loopback")]).await
}

/// Sends all of a large body but its end, with this token.
async fn stalled(leopard: &Leopard, path: &str, token: &str, from: &str) -> Socket {
    let mut socket = Socket::connect(leopard).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: leopard\r\nX-Forwarded-For: {from}\r\n\
         Authorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {LARGE}\r\n\r\n"
    );
    socket.send(&head).await;
    socket.send(&" ".repeat(LARGE - 1)).await;
    socket
}

/// Sends the largest body that there is: blanks, and an object that lacks everything.
async fn send_large(api: &Api, from: &str) -> Answer {
    let request = api.request("POST", TASKS);
    let request = request.header("X-Forwarded-For", from);
    let request = request.header("Content-Type", "application/json");
    Answer::to(request.body(" ".repeat(LARGE - 2) + "{}")).await
}

async fn until_there_is_no_room(api: &Api, from: &str) -> Answer {
    until("the room is full", TIMEOUT, async || {
        let answer = send_large(api, from).await;
        (answer.status == 503).then_some(answer)
    })
    .await
}

async fn until_there_is_room(api: &Api, from: &str) {
    until("there is room again", TIMEOUT, async || {
        (send_large(api, from).await.status == 400).then_some(())
    })
    .await;
}

#[tokio::test]
async fn large_uploads_share_memory_and_delay_no_other() {
    let _alone = alone().await;
    let leopard = start().await;
    let admin = leopard.admin().await;
    let nobody_else = address(ADDRESSES);
    let before = figure::resident(leopard.process());
    let mut senders = vec![];
    for number in 0..SENDERS {
        let from = address(number % ADDRESSES);
        senders.push(stalled(&leopard, TASKS, &admin.access, &from).await);
    }
    let refused = until_there_is_no_room(&admin.api, &nobody_else).await;
    assert_eq!(refused.header("retry-after"), "5");
    refused.problem(503, "overloaded");
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SENDERS} stalled bodies of 1 MiB: {before} KiB before, {after} KiB after"
    ));
    // What a body is kept in may be twice its size.
    assert!(after < before + 96 * 1024, "{before} KiB, {after} KiB");
    admin.api.create_task("T", admin.id).await;

    drop(senders);
    until_there_is_room(&admin.api, &nobody_else).await;
}

#[tokio::test]
async fn large_uploads_of_one_client_delay_no_other() {
    let _alone = alone().await;
    let leopard = start().await;
    let admin = leopard.admin().await;
    let (greedy, other) = (address(1), address(2));
    let mut senders = vec![];
    for _ in 0..SENDERS {
        senders.push(stalled(&leopard, TASKS, &admin.access, &greedy).await);
    }
    let refused = until_there_is_no_room(&admin.api, &greedy).await;
    refused.problem(503, "overloaded");
    for _ in 0..20 {
        let served = send_large(&admin.api, &other).await;
        served.problem(400, "invalid");
    }
    drop(senders);
    until_there_is_room(&admin.api, &greedy).await;
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
    // They take no room: not even of those who come from the same address.
    for _ in 0..8 {
        let served = send_large(&admin.api, &from).await;
        served.problem(400, "invalid");
    }
    let after = figure::resident(leopard.process());
    figure::print(&format!(
        "{SENDERS} stalled bodies of 1 MiB without a valid token: {before} KiB before, {after} KiB after"
    ));
    assert!(after < before + 32 * 1024, "{before} KiB, {after} KiB");
    // A client that waits for leave to send is refused at once.
    let mut socket = Socket::connect(&leopard).await;
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: leopard\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {LARGE}\r\n\r\n"
    );
    socket.send(&head).await;
    let (head, body) = socket.answer().await;
    assert!(head.starts_with("http/1.1 401"), "{head}");
    assert!(body.contains("not_authenticated"), "{body}");
}
