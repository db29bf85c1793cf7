//! Large bodies take memory before anybody knows who sends them: all of them together get so much and
//! no more, and nobody else waits for them.

use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::socket::Socket;
use leopard_tests::support::wait::{PATIENCE, until};

/// The largest body that is taken.
const LARGE: usize = 1024 * 1024;
/// How many send one: four times as many as find room.
const SENDERS: usize = 128;

/// Whoever sends all of a large body but its end.
async fn stalled(leopard: &Leopard) -> Socket {
    let mut socket = Socket::connect(leopard).await;
    let head = format!(
        "POST /api/token/ HTTP/1.1\r\nHost: leopard\r\nContent-Type: application/json\r\n\
         Content-Length: {LARGE}\r\n\r\n"
    );
    socket.send(&head).await;
    socket.send(&" ".repeat(LARGE - 1)).await;
    socket
}

#[tokio::test]
async fn all_who_send_much_share_a_room_and_others_do_not_wait_for_them() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    // The largest that there is: blanks, and an object that lacks everything.
    let large = " ".repeat(LARGE - 2) + "{}";
    let send_large = async || {
        let request = admin.api.request("POST", "/api/v1/tasks/");
        let request = request.header("Content-Type", "application/json");
        Answer::to(request.body(large.clone())).await
    };
    send_large().await.problem(400, "invalid");

    let before = figure::resident(leopard.process());
    let mut senders = vec![];
    for _ in 0..SENDERS {
        senders.push(stalled(&leopard).await);
    }
    let refused = until("the room is full", PATIENCE, async || {
        let answer = send_large().await;
        (answer.status == 503).then_some(answer)
    })
    .await;
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
    until("there is room again", PATIENCE, async || {
        (send_large().await.status == 400).then_some(())
    })
    .await;
}
