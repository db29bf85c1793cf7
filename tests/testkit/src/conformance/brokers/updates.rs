//! Updates of one node reach the streams of all nodes.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use super::{Broker, update};
use crate::wait::{TIMEOUT, until};

/// Users with streams.
const MANY: i64 = 5_000;

pub async fn update_reaches_all_streams_of_the_user_on_all_nodes(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut near = broker.stream(&here, 7).await;
    let mut far = broker.stream(&there, 7).await;
    let mut twice = there.stream(7);
    here.publish(vec![update(7, 4, 2)]);
    for stream in [&mut near, &mut far, &mut twice] {
        stream.recv_update(4, 2).await;
    }
    there.publish(vec![update(7, 4, 3)]);
    for stream in [&mut near, &mut far, &mut twice] {
        stream.recv_update(4, 3).await;
    }
}

/// In any order and from any node.
pub async fn updates_merge_into_the_greatest_head_and_revision(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.stream(&there, 7).await;
    let third = broker.node().await;
    here.publish((1..=300).map(|head| update(7, head, 0)).collect());
    here.publish(vec![update(7, 120, 9), update(7, 0, 8)]);
    third.publish(vec![update(7, 2, 1)]);
    far.recv_update(300, 9).await;
    // Updates without news wake no stream: the next update is the last one below.
    here.publish(vec![update(7, 300, 9)]);
    third.publish(vec![update(7, 299, 8)]);
    here.publish(vec![update(7, 301, 0)]);
    far.recv_update(301, 9).await;
}

pub async fn update_wakes_no_other_user(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.streams(&there, 7..=9).await;
    here.publish(vec![update(8, 1, 0), update(70, 1, 0), update(-7, 1, 0)]);
    far[1].recv_update(1, 0).await;
    // Updates arrive in order, so the others would have arrived by now.
    here.publish(vec![update(9, 1, 0)]);
    far[2].recv_update(1, 0).await;
    far[0].expect_nothing();
    far[1].expect_nothing();
}

/// Also if the node notices only the end of several changes.
pub async fn returning_user_receives_updates_again(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut stays = broker.stream(&there, 1).await;
    let mut head = 0;
    for _ in 0..30 {
        let mut far = there.stream(2);
        // The subscription follows a moment after the stream opens.
        until("an update", TIMEOUT, async || {
            head += 1;
            here.publish(vec![update(2, head, 0)]);
            far.recv().now_or_never()
        })
        .await;
    }
    here.publish(vec![update(1, 1, 0)]);
    stays.recv_update(1, 0).await;
}

pub async fn thousands_of_users_join_at_once(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.streams(&there, 1..=MANY).await;
    here.publish((1..=MANY).map(|user| update(user, user, 1)).collect());
    for (user, stream) in (1..).zip(&mut far) {
        stream.recv_update(user, 1).await;
    }
    // Half of the users leave.
    far.truncate(far.len() / 2);
    here.publish((1..=MANY).map(|user| update(user, user, 2)).collect());
    for (user, stream) in (1..).zip(&mut far) {
        stream.recv_update(user, 2).await;
    }
}

/// Updates that are published faster than they are sent merge.
pub async fn publishing_a_burst_does_not_wait(broker: &impl Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.streams(&there, 1..=10).await;
    let started = Instant::now();
    for head in 1..=10_000 {
        here.publish((1..=10).map(|user| update(user, head, 0)).collect());
    }
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    for stream in &mut far {
        stream.recv_update(10_000, 0).await;
    }
}
