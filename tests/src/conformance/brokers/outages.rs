//! Brokers that are away, for whatever reason.

use super::node::{Node, bell};
use super::{Broker, losses};

/// Bells of user 7 come and go between these nodes, in both directions.
async fn bells_go(broker: &Broker, here: &Node, there: &Node) {
    here.is_up(true).await;
    there.is_up(true).await;
    let mut near = broker.stream(here, 7).await;
    let mut far = broker.stream(there, 7).await;
    here.ring(vec![bell(7, 1, 1)]);
    far.hear_of(1, 1).await;
    there.ring(vec![bell(7, 1, 2)]);
    near.hear_of(1, 2).await;
}

/// Two nodes between which bells have gone.
async fn nodes(broker: &Broker) -> (Node, Node) {
    let (here, there) = broker.nodes().await;
    bells_go(broker, &here, &there).await;
    here.forget_missed();
    there.forget_missed();
    (here, there)
}

/// Streams of a node without a broker hear what is rung there.
async fn rings_alone(node: &Node) {
    let mut stream = node.stream(3);
    node.ring(vec![bell(3, 1, 0)]);
    stream.hear_of(1, 0).await;
}

pub async fn one_that_stops_is_missed_and_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for node in [&here, &there] {
        node.is_up(false).await;
        rings_alone(node).await;
        node.forget_missed();
    }
    broker.start_again().await;
    for node in [&here, &there] {
        node.is_up(true).await;
        // Whatever others said meanwhile.
        node.has_missed_anybodys().await;
    }
    bells_go(broker, &here, &there).await;
}

pub async fn one_that_is_killed_is_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.crash_and_start_again().await;
    here.has_missed_anybodys().await;
    there.has_missed_anybodys().await;
    bells_go(broker, &here, &there).await;
}

/// Nothing says that it does: its connections stand.
pub async fn one_that_hangs_is_missed_and_found_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.freeze().await;
    here.has_missed_anybodys().await;
    there.has_missed_anybodys().await;
    rings_alone(&here).await;
    broker.thaw().await;
    bells_go(broker, &here, &there).await;
}

pub async fn connections_that_are_cut_are_made_again(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    for _ in 0..3 {
        broker.cut_connections().await;
        here.has_missed_anybodys().await;
        there.has_missed_anybodys().await;
        bells_go(broker, &here, &there).await;
        here.forget_missed();
        there.forget_missed();
    }
}

pub async fn one_that_is_away_at_the_start_is_found_later(broker: &mut Broker) {
    broker.stop().await;
    let (here, there) = (broker.new_node(), broker.new_node());
    rings_alone(&here).await;
    here.has_missed_anybodys().await;
    here.is_up(false).await;
    broker.start_again().await;
    bells_go(broker, &here, &there).await;
}

/// However much there is to say.
pub async fn nobody_waits_for_one_that_is_away(broker: &mut Broker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for head in 1..=3 {
        for user in 1..=20_000 {
            here.ring(vec![bell(user, head, 0)]);
        }
    }
    broker.start_again().await;
    bells_go(broker, &here, &there).await;
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
