//! The commands that Redis receives: no more than are needed.

use leopard_testkit::conformance::brokers::{Broker as _, update};

use super::ServerBroker;
use crate::support::redis::Redis;
use crate::support::wait::{TIMEOUT, until};

const MANY: i64 = 5_000;

fn server(broker: &ServerBroker) -> &Redis {
    match broker {
        ServerBroker::Redis(server) => server,
        _ => panic!("these cases need Redis"),
    }
}

/// Waits until exactly this number of channels has subscribers.
async fn until_channels(broker: &ServerBroker, expected: usize) {
    let what = format!("{expected} channels");
    until(&what, TIMEOUT, async || {
        let count = server(broker).tell("PUBSUB CHANNELS *").await;
        (count.trim_end() == format!("*{expected}")).then_some(())
    })
    .await;
}

/// How often the server has received this command.
async fn count_of(broker: &ServerBroker, command: &str) -> usize {
    let statistics = server(broker).tell("INFO commandstats").await;
    let (_, rest) = statistics
        .split_once(&format!("cmdstat_{command}:calls="))
        .unwrap_or_else(|| panic!("no {command} in: {statistics}"));
    let (calls, _) = rest.split_once(',').expect("more follows");
    calls.parse().expect("a number")
}

/// Plus one channel for all nodes.
pub async fn users_with_streams_have_one_channel_each(broker: &ServerBroker) {
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

pub async fn thousands_of_users_join_by_few_commands(broker: &ServerBroker) {
    let node = broker.node().await;
    let streams = broker.streams(&node, 1..=MANY).await;
    drop(streams);
    until_channels(broker, 1).await;
    for command in ["subscribe", "unsubscribe"] {
        let times = count_of(broker, command).await;
        assert!(times < 500, "{command}: {times}");
    }
}

pub async fn fast_updates_merge_into_few_commands(broker: &ServerBroker) {
    let (here, there) = broker.nodes().await;
    let mut far = broker.stream(&there, 1).await;
    for head in 1..=50_000 {
        here.publish(vec![update(1, head, 0)]);
    }
    far.recv_update(50_000, 0).await;
    let times = count_of(broker, "publish").await;
    assert!(times < 10_000, "{times}");
}
