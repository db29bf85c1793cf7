//! Outages of a broker.

use leopard_testkit::conformance::brokers::losses::Traffic;
use leopard_testkit::conformance::brokers::{Broker as _, Node, update};

use super::ServerBroker;

/// Checks that updates of user 7 travel between these nodes, in both directions.
async fn check_updates(broker: &ServerBroker, here: &Node, there: &Node) {
    here.wait_until_up(true).await;
    there.wait_until_up(true).await;
    let mut near = broker.stream(here, 7).await;
    let mut far = broker.stream(there, 7).await;
    here.publish(vec![update(7, 1, 1)]);
    far.recv_update(1, 1).await;
    there.publish(vec![update(7, 1, 2)]);
    near.recv_update(1, 2).await;
}

/// Two nodes that have exchanged updates.
async fn nodes(broker: &ServerBroker) -> (Node, Node) {
    let (here, there) = broker.nodes().await;
    check_updates(broker, &here, &there).await;
    here.clear_missed();
    there.clear_missed();
    (here, there)
}

/// Checks that a node without its broker updates its own streams.
async fn check_own_updates(node: &Node) {
    let mut stream = node.stream(3);
    node.publish(vec![update(3, 1, 0)]);
    stream.recv_update(1, 0).await;
}

pub async fn stopped_broker_is_reported_and_found_again(broker: &mut ServerBroker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for node in [&here, &there] {
        node.wait_until_up(false).await;
        check_own_updates(node).await;
        node.clear_missed();
    }
    broker.start().await;
    for node in [&here, &there] {
        node.wait_until_up(true).await;
        // Updates of other nodes.
        node.wait_until_missed_all().await;
    }
    check_updates(broker, &here, &there).await;
}

pub async fn killed_broker_is_found_again(broker: &mut ServerBroker) {
    let (here, there) = nodes(broker).await;
    broker.crash_and_restart().await;
    here.wait_until_missed_all().await;
    there.wait_until_missed_all().await;
    check_updates(broker, &here, &there).await;
}

/// Its connections stay open.
pub async fn frozen_broker_is_reported_and_found_again(broker: &mut ServerBroker) {
    let (here, there) = nodes(broker).await;
    broker.freeze().await;
    here.wait_until_missed_all().await;
    there.wait_until_missed_all().await;
    check_own_updates(&here).await;
    broker.thaw().await;
    check_updates(broker, &here, &there).await;
}

pub async fn cut_connections_are_replaced(broker: &mut ServerBroker) {
    let (here, there) = nodes(broker).await;
    for _ in 0..3 {
        broker.cut_connections().await;
        here.wait_until_missed_all().await;
        there.wait_until_missed_all().await;
        check_updates(broker, &here, &there).await;
        here.clear_missed();
        there.clear_missed();
    }
}

pub async fn broker_that_is_away_at_the_start_is_found_later(broker: &mut ServerBroker) {
    broker.stop().await;
    let (here, there) = (broker.new_node(), broker.new_node());
    check_own_updates(&here).await;
    here.wait_until_missed_all().await;
    here.wait_until_up(false).await;
    broker.start().await;
    check_updates(broker, &here, &there).await;
}

/// Also with updates of more users than a node keeps.
pub async fn publishing_does_not_wait_during_an_outage(broker: &mut ServerBroker) {
    let (here, there) = nodes(broker).await;
    broker.stop().await;
    for head in 1..=3 {
        for user in 1..=20_000 {
            here.publish(vec![update(user, head, 0)]);
        }
    }
    broker.start().await;
    check_updates(broker, &here, &there).await;
}

pub async fn streams_are_complete_and_in_order_during_outages(broker: &mut ServerBroker) {
    let traffic = Traffic::begin(broker).await;
    broker.cut_connections().await;
    broker.stop().await;
    broker.start().await;
    broker.crash_and_restart().await;
    broker.cut_connections().await;
    traffic.end().await;
}
