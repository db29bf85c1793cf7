//! Brokers that are away, for whatever reason.

use super::node::{Node, update};
use super::{Broker, losses};

/// Updates of user 7 come and go between these nodes, in both directions.
async fn updates_go(broker: &Broker, here: &Node, there: &Node) {
    here.is_up(true).await;
    there.is_up(true).await;
    let mut near = broker.stream(here, 7).await;
    let mut far = broker.stream(there, 7).await;
    here.notify(vec![update(7, 1, 1)]);
    far.recv_update(1, 1).await;
    there.notify(vec![update(7, 1, 2)]);
    near.recv_update(1, 2).await;
}

/// Two nodes between which updates have gone.
async fn nodes(broker: &Broker) -> (Node, Node) {
    let (here, there) = broker.nodes().await;
    updates_go(broker, &here, &there).await;
    here.forget_missed();
    there.forget_missed();
    (here, there)
}

/// Streams of a node without a broker hear what is updated there.
async fn notifies_alone(node: &Node) {
    let mut stream = node.stream(3);
    node.notify(vec![update(3, 1, 0)]);
    stream.recv_update(1, 0).await;
}

pub async fn one_that_stops_is_missed_and_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for node in [&here, &there] {
        node.is_up(false).await;
        notifies_alone(node).await;
        node.forget_missed();
    }
    broker.start_again().await;
    for node in [&here, &there] {
        node.is_up(true).await;
        // Whatever others said meanwhile.
        node.has_missed_all().await;
    }
    updates_go(broker, &here, &there).await;
}

pub async fn one_that_is_killed_is_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.crash_and_start_again().await;
    here.has_missed_all().await;
    there.has_missed_all().await;
    updates_go(broker, &here, &there).await;
}

/// Nothing says that it does: its connections stand.
pub async fn one_that_hangs_is_missed_and_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.freeze().await;
    here.has_missed_all().await;
    there.has_missed_all().await;
    notifies_alone(&here).await;
    broker.thaw().await;
    updates_go(broker, &here, &there).await;
}

pub async fn connections_that_are_cut_are_made_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    for _ in 0..3 {
        broker.cut_connections().await;
        here.has_missed_all().await;
        there.has_missed_all().await;
        updates_go(broker, &here, &there).await;
        here.forget_missed();
        there.forget_missed();
    }
}

pub async fn one_that_is_away_at_the_start_is_found_later(broker: &mut Broker) {
    broker.stop().await;
    let (here, there) = (broker.new_node(), broker.new_node());
    notifies_alone(&here).await;
    here.has_missed_all().await;
    here.is_up(false).await;
    broker.start_again().await;
    updates_go(broker, &here, &there).await;
}

/// However much there is to say.
pub async fn nobody_waits_for_one_that_is_away(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for head in 1..=3 {
        for user in 1..=20_000 {
            here.notify(vec![update(user, head, 0)]);
        }
    }
    broker.start_again().await;
    updates_go(broker, &here, &there).await;
}

pub async fn streams_show_all_in_order_while_it_comes_and_goes(broker: &mut Broker) {
    losses::streams_show_all(broker, async |broker| {
        broker.cut_connections().await;
        broker.stop().await;
        broker.start_again().await;
        broker.crash_and_start_again().await;
        broker.cut_connections().await;
    })
    .await;
}
