use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use leopard_adapters::broker::local::{Hub, HubSettings};
use leopard_adapters::broker::relay::Relay;
use leopard_core::domain::account::Login;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{
    Missed, NotificationPublisher, NotificationRelay, NotificationSubscriber as _,
    SubscriptionRequest,
};

use super::subscriber::Subscriber;
use crate::background::Background;
use crate::wait::{TIMEOUT, until, within};

/// What a process needs to exchange mailbox updates.
pub struct Node {
    /// The open streams.
    pub hub: Arc<Hub>,
    /// Publishes to all nodes.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Exchanges updates with other nodes; `None` if there are none.
    pub relay: Option<Arc<dyn NotificationRelay>>,
    _carrying: Option<Background>,
}

/// A hub without heartbeats.
pub fn hub() -> Arc<Hub> {
    Arc::new(Hub::new(HubSettings { streams_per_user: 20, heartbeat: TimeDelta::days(1) }))
}

/// An update of a mailbox, as other nodes receive it.
pub fn update(user: i64, head: i64, revision: i64) -> MailboxUpdate {
    MailboxUpdate { user: UserId(user), head, revision, notification: None }
}

pub(super) fn login(user: UserId) -> Login {
    Login { user, session: None, issued_at: None, key: None, issuer: None }
}

impl Node {
    /// A node that shares this hub with all others.
    pub fn sharing(hub: Arc<Hub>) -> Self {
        Self { publisher: hub.clone(), hub, relay: None, _carrying: None }
    }

    /// A node with a [`Relay`], which the closure creates for the hub of the node.
    pub fn relayed(relay: impl FnOnce(Arc<Hub>) -> Relay) -> Self {
        let hub = hub();
        Self::exchanging(hub.clone(), Arc::new(relay(hub)))
    }

    /// A node whose updates this publishes and exchanges.
    pub fn exchanging<R: NotificationPublisher + NotificationRelay + 'static>(
        hub: Arc<Hub>,
        relay: Arc<R>,
    ) -> Self {
        let carrying = relay.clone();
        Self {
            hub,
            publisher: relay.clone(),
            relay: Some(relay),
            _carrying: Some(Background::start(async move { carrying.run().await })),
        }
    }

    /// Waits until the node has connected to the broker, or has noticed that it is disconnected.
    pub async fn wait_until_up(&self, is_up: bool) {
        let Some(relay) = &self.relay else { return };
        let what = format!("the broker is up: {is_up}");
        until(&what, TIMEOUT, async || (relay.is_up() == is_up).then_some(())).await;
    }

    /// Waits until the node reports that updates of all users may have been missed.
    pub async fn wait_until_missed_all(&self) {
        let Some(relay) = &self.relay else { return };
        let missed = async { while relay.missed().await != Missed::All {} };
        within("a report of missed updates", TIMEOUT, missed).await;
    }

    /// Takes the reports of missed updates so far.
    pub fn clear_missed(&self) {
        let Some(relay) = &self.relay else { return };
        while relay.missed().now_or_never().is_some() {}
    }

    /// Waits until the node has subscribed to these users, who had no stream here before.
    pub async fn wait_until_subscribed(&self, users: HashSet<UserId>) {
        let Some(relay) = &self.relay else { return };
        within("the subscription", TIMEOUT, async {
            let mut missing = users;
            while !missing.is_empty() {
                // A relay reports new subscribers, because their earlier updates may have been missed.
                if let Missed::Of(users) = relay.missed().await {
                    missing.retain(|user| !users.contains(user));
                }
            }
        })
        .await;
    }

    /// Opens a stream of this user.
    pub fn stream(&self, user: i64) -> Subscriber {
        let subscription = self.hub.subscribe(SubscriptionRequest {
            login: login(UserId(user)),
            count_on_other_nodes: 0,
            expires_at: DateTime::<Utc>::MAX_UTC,
            opened_at: DateTime::UNIX_EPOCH,
        });
        Subscriber(subscription.expect("a free place"))
    }

    /// Publishes updates, which must not wait for anything.
    pub fn publish(&self, updates: Vec<MailboxUpdate>) {
        let published = self.publisher.publish(updates).now_or_never();
        published.expect("publishing does not wait");
    }
}
