//! What Redis is asked for: no more than is needed.

use super::Broker;
use super::node::update;
use crate::support::redis::Redis;
use crate::support::wait::{TIMEOUT, until};

const MANY: i64 = 5_000;

fn server(broker: &Broker) -> &Redis {
    match broker {
        Broker::Redis(server) => server,
        _ => panic!("these cases are about Redis"),
    }
}

/// Waits until somebody listens on exactly so many channels.
async fn until_channels(broker: &Broker, wanted: usize) {
    let what = format!("{wanted} channels");
    until(&what, TIMEOUT, async || {
        let count = server(broker).tell("PUBSUB CHANNELS *").await;
        (count.trim_end() == format!("*{wanted}")).then_some(())
    })
    .await;
}

/// How often the server was told to do this.
async fn told_to(broker: &Broker, command: &str) -> usize {
    let statistics = server(broker).tell("INFO commandstats").await;
    let (_, rest) = statistics
        .split_once(&format!("cmdstat_{command}:calls="))
        .unwrap_or_else(|| panic!("no {command} in: {statistics}"));
    let (calls, _) = rest.split_once(',').expect("more follows");
    calls.parse().expect("a number")
}

/// However many streams each of them has; and there is one channel for all nodes.
pub async fn only_those_who_have_streams_are_listened_for(broker: &mut Broker) {
    let node = broker.node().await;
    until_channels(broker, 1).await;
    let mut streams: Vec<_> = [1, 2, 3, 3, 2].map(|user| node.stream(user)).into();
    until_channels(broker, 1 + 3).await;
    streams.truncate(3);
    streams.remove(0);
    until_channels(broker, 1 + 2).await;
    drop(streams);
    until_channels(broker, 1).await;
}

pub async fn thousands_who_come_are_few_commands(broker: &mut Broker) {
    let node = broker.node().await;
    let streams = broker.follow(&node, 1..=MANY).await;
    drop(streams);
    until_channels(broker, 1).await;
    for command in ["subscribe", "unsubscribe"] {
        let times = told_to(broker, command).await;
        assert!(times < 500, "{command}: {times}");
    }
}

pub async fn updates_that_come_fast_are_few_commands(broker: &mut Broker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.stream(&there, 1).await;
    for head in 1..=50_000 {
        here.notify(vec![update(1, head, 0)]);
    }
    far.recv_update(50_000, 0).await;
    let times = told_to(broker, "publish").await;
    assert!(times < 10_000, "{times}");
}
