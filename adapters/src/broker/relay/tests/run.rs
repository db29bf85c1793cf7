use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use leopard_core::domain::account::Login;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{
    Missed, NotificationPublisher as _, NotificationRelay as _, NotificationSubscriber as _,
    Signal, Subscription, SubscriptionRequest,
};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::fake_transport::{FakeTransport, Fault};
use crate::broker::Relay;
use crate::broker::local::{Hub, HubSettings};

/// A relay and its task.
struct Node {
    relay: Arc<Relay>,
    hub: Arc<Hub>,
    _work: JoinSet<()>,
}

impl Node {
    fn in_air(transport: &FakeTransport) -> Self {
        let hub = Arc::new(Hub::new(HubSettings {
            streams_per_user: 20,
            heartbeat: TimeDelta::seconds(30),
        }));
        let relay = Arc::new(Relay::new(hub.clone(), transport.clone()));
        let mut work = JoinSet::new();
        let running = relay.clone();
        work.spawn(async move { running.run().await });
        Self { relay, hub, _work: work }
    }

    fn stream(&self, user: i64) -> Box<dyn Subscription> {
        let request = SubscriptionRequest {
            login: Login {
                user: UserId(user),
                session: None,
                issued_at: None,
                key: None,
                issuer: None,
            },
            count_on_other_nodes: 0,
            expires_at: DateTime::<chrono::Utc>::MAX_UTC,
            opened_at: DateTime::UNIX_EPOCH,
        };
        self.hub.subscribe(request).unwrap()
    }

    async fn is_up(&self, wanted: bool) {
        until(|| self.relay.is_up() == wanted).await;
    }

    async fn missed(&self) -> Missed {
        soon(self.relay.missed()).await
    }
}

async fn soon<T>(outcome: impl Future<Output = T>) -> T {
    let outcome = timeout(Duration::from_secs(20), outcome).await;
    outcome.expect("it comes soon")
}

async fn until(mut is_so: impl FnMut() -> bool) {
    soon(async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

async fn received(stream: &mut Box<dyn Subscription>) -> Signal {
    soon(std::future::poll_fn(|context| stream.poll_signal(context))).await
}

fn update(user: i64, head: i64, revision: i64) -> MailboxUpdate {
    MailboxUpdate { user: UserId(user), head, revision, notification: None }
}

#[tokio::test]
async fn published_update_notifies_all_nodes() {
    let transport = FakeTransport::new();
    let (here, there) = (Node::in_air(&transport), Node::in_air(&transport));
    here.is_up(true).await;
    there.is_up(true).await;
    let (mut near, mut far) = (here.stream(7), there.stream(7));
    here.relay.publish(vec![update(7, 4, 2)]).await;
    for stream in [&mut near, &mut far] {
        assert_eq!(received(stream).await, Signal::Updated(update(7, 4, 2)));
    }
}

#[tokio::test]
async fn relay_that_stops_has_sent_everything() {
    let transport = FakeTransport::new();
    let (here, there) = (Node::in_air(&transport), Node::in_air(&transport));
    here.is_up(true).await;
    there.is_up(true).await;
    let mut far = there.stream(7);
    here.relay.publish(vec![update(7, 4, 2)]).await;
    soon(here.relay.flush()).await;
    drop(here);
    assert_eq!(received(&mut far).await, Signal::Updated(update(7, 4, 2)));
    // A relay without a connection does not wait.
    transport.set_fault(Fault::Disconnected);
    there.is_up(false).await;
    there.relay.publish(vec![update(7, 5, 2)]).await;
    soon(there.relay.flush()).await;
}

#[tokio::test]
async fn update_published_while_disconnected_is_sent_later() {
    let transport = FakeTransport::new();
    transport.set_fault(Fault::Disconnected);
    let (here, there) = (Node::in_air(&transport), Node::in_air(&transport.other_node()));
    let (mut near, mut far) = (here.stream(7), there.stream(7));
    there.is_up(true).await;
    for head in 1..=3 {
        here.relay.publish(vec![update(7, head, 0)]).await;
    }
    assert_eq!(received(&mut near).await, Signal::Updated(update(7, 3, 0)));
    assert!(!here.relay.is_up());
    transport.set_fault(Fault::None);
    assert_eq!(received(&mut far).await, Signal::Updated(update(7, 3, 0)));
}

#[tokio::test]
async fn only_users_with_streams_are_subscribed() {
    let transport = FakeTransport::new();
    let node = Node::in_air(&transport);
    let bob = node.stream(2);
    node.is_up(true).await;
    let ana = node.stream(1);
    until(|| transport.subscribed() == [1, 2]).await;
    drop(bob);
    until(|| transport.subscribed() == [1]).await;
    // All of them again on a new connection.
    let _eve = node.stream(3);
    transport.set_fault(Fault::Disconnected);
    node.is_up(false).await;
    drop(ana);
    transport.set_fault(Fault::None);
    until(|| transport.subscribed() == [3]).await;
}

#[tokio::test]
async fn all_updates_may_be_missed_while_disconnected_and_after_reconnect() {
    let transport = FakeTransport::new();
    transport.set_fault(Fault::Disconnected);
    let node = Node::in_air(&transport);
    for _ in 0..2 {
        assert_eq!(node.missed().await, Missed::All);
    }
    transport.set_fault(Fault::None);
    node.is_up(true).await;
    assert_eq!(node.missed().await, Missed::All);
    // The subscription follows the opening of a stream.
    let _bob = node.stream(2);
    assert_eq!(node.missed().await, Missed::Of(vec![UserId(2)]));
    transport.set_fault(Fault::Disconnected);
    assert_eq!(node.missed().await, Missed::All);
    node.is_up(false).await;
}

#[tokio::test]
async fn missed_all_message_makes_every_node_recover() {
    let transport = FakeTransport::new();
    let (here, there) = (Node::in_air(&transport), Node::in_air(&transport));
    here.is_up(true).await;
    there.is_up(true).await;
    assert_eq!(there.missed().await, Missed::All);
    let updates = (1..=20_000).map(|user| update(user, 1, 0));
    here.relay.publish(updates.collect()).await;
    assert_eq!(there.missed().await, Missed::All);
}

#[tokio::test]
async fn silent_connection_is_disconnected() {
    let transport = FakeTransport::new();
    let node = Node::in_air(&transport);
    node.is_up(true).await;
    transport.set_fault(Fault::Silent);
    node.is_up(false).await;
}
