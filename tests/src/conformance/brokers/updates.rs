//! What is updated at one node is heard at others.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use super::Broker;
use super::node::update;
use crate::support::wait::{TIMEOUT, until};

/// How many users listen at once.
const MANY: i64 = 5_000;

/// By every stream of the user on every node, and in both directions.
pub async fn an_update_that_is_rung_here_is_heard_there(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut near = broker.stream(&here, 7).await;
    let mut far = broker.stream(&there, 7).await;
    let mut twice = there.stream(7);
    here.notify(vec![update(7, 4, 2)]);
    for stream in [&mut near, &mut far, &mut twice] {
        stream.recv_update(4, 2).await;
    }
    there.notify(vec![update(7, 4, 3)]);
    for stream in [&mut near, &mut far, &mut twice] {
        stream.recv_update(4, 3).await;
    }
}

/// Whichever of them comes last, and wherever they were updated.
pub async fn updates_merge_into_the_greatest_head_and_state(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.stream(&there, 7).await;
    let third = broker.node().await;
    here.notify((1..=300).map(|head| update(7, head, 0)).collect());
    here.notify(vec![update(7, 120, 9), update(7, 0, 8)]);
    third.notify(vec![update(7, 2, 1)]);
    far.recv_update(300, 9).await;
    // Those that tell nothing new wake nobody: the next one heard is the one that does.
    here.notify(vec![update(7, 300, 9)]);
    third.notify(vec![update(7, 299, 8)]);
    here.notify(vec![update(7, 301, 0)]);
    far.recv_update(301, 9).await;
}

/// Neither by updates of others nor by those of oneself on another node that tell nothing new.
pub async fn nobody_else_is_woken(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.follow(&there, 7..=9).await;
    here.notify(vec![update(8, 1, 0), update(70, 1, 0), update(-7, 1, 0)]);
    far[1].recv_update(1, 0).await;
    // Updates come in the order in which they were updated, so that one of these would have come.
    here.notify(vec![update(9, 1, 0)]);
    far[2].recv_update(1, 0).await;
    far[0].expect_nothing();
    far[1].expect_nothing();
}

/// Often and quickly, whether anybody has noticed in between or not.
pub async fn who_leaves_and_comes_back_is_heard_of_again(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut stays = broker.stream(&there, 1).await;
    let mut head = 0;
    for _ in 0..30 {
        let mut far = there.stream(2);
        // A stream that has just opened is listened for a moment later.
        until("an update", TIMEOUT, async || {
            head += 1;
            here.notify(vec![update(2, head, 0)]);
            far.recv().now_or_never()
        })
        .await;
    }
    here.notify(vec![update(1, 1, 0)]);
    stays.recv_update(1, 0).await;
}

/// By few commands: opening a stream costs no round trip of its own.
pub async fn thousands_are_listened_for_at_once(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.follow(&there, 1..=MANY).await;
    here.notify((1..=MANY).map(|user| update(user, user, 1)).collect());
    for (user, stream) in (1..).zip(&mut far) {
        stream.recv_update(user, 1).await;
    }
    // Half of them leave.
    far.truncate(far.len() / 2);
    here.notify((1..=MANY).map(|user| update(user, user, 2)).collect());
    for (user, stream) in (1..).zip(&mut far) {
        stream.recv_update(user, 2).await;
    }
}

/// Updates that come faster than they can be said merge.
pub async fn nobody_waits_for_a_burst(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.follow(&there, 1..=10).await;
    let begin = Instant::now();
    for head in 1..=10_000 {
        here.notify((1..=10).map(|user| update(user, head, 0)).collect());
    }
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    for stream in &mut far {
        stream.recv_update(10_000, 0).await;
    }
}
