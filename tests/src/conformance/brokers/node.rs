use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use leopard_adapters::broker::Relay;
use leopard_adapters::broker::local::{Hub, HubSettings};
use leopard_core::domain::account::Login;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{
    Missed, NotificationPublisher, NotificationRelay, NotificationSubscriber as _,
    SubscriptionRequest,
};

use super::subscriber::Subscriber;
use crate::support::background::Background;
use crate::support::wait::{TIMEOUT, until, within};

/// What a process has to do with updates.
pub(super) struct Node {
    pub(super) hub: Arc<Hub>,
    pub(super) publisher: Arc<dyn NotificationPublisher>,
    pub(super) relay: Option<Arc<dyn NotificationRelay>>,
    _work: Option<Background>,
}

/// A hub whose heart does not beat.
pub(super) fn hub() -> Arc<Hub> {
    Arc::new(Hub::new(HubSettings { streams_per_user: 20, heartbeat: TimeDelta::days(1) }))
}

/// A login of this user.
pub(super) fn login(user: UserId) -> Login {
    Login { user, session: None, issued_at: None }
}

impl Node {
    /// A node that shares this hub with all others.
    pub(super) fn alone(hub: Arc<Hub>) -> Self {
        Self { publisher: hub.clone(), hub, relay: None, _work: None }
    }

    /// A node with a relay.
    pub(super) fn of(relay: impl FnOnce(Arc<Hub>) -> Relay) -> Self {
        let hub = hub();
        let relay = Arc::new(relay(hub.clone()));
        let carried = relay.clone();
        Self {
            hub,
            publisher: relay.clone(),
            relay: Some(relay),
            _work: Some(Background::start(async move { carried.run().await })),
        }
    }

    /// Waits until it has found the broker, or has noticed that it is away.
    pub(super) async fn is_up(&self, wanted: bool) {
        let Some(relay) = &self.relay else { return };
        let what = format!("the broker is up: {wanted}");
        until(&what, TIMEOUT, async || (relay.is_up() == wanted).then_some(())).await;
    }

    /// Waits until it says that anybody's updates may have been missed.
    pub(super) async fn has_missed_all(&self) {
        let Some(relay) = &self.relay else { return };
        let missed = async { while relay.missed().await != Missed::All {} };
        within("updates that may have been missed", TIMEOUT, missed).await;
    }

    /// From now on only updates count that are missed later.
    pub(super) fn forget_missed(&self) {
        let Some(relay) = &self.relay else { return };
        while relay.missed().now_or_never().is_some() {}
    }

    /// Waits until it listens for those of these users who had no stream before.
    pub(super) async fn listens_for(&self, users: HashSet<UserId>) {
        let Some(relay) = &self.relay else { return };
        within("a node that listens", TIMEOUT, async {
            let mut waited_for = users;
            while !waited_for.is_empty() {
                // What rang until then is to be made up for.
                if let Missed::Of(users) = relay.missed().await {
                    waited_for.retain(|user| !users.contains(user));
                }
            }
        })
        .await;
    }

    /// A stream of this user.
    pub(super) fn stream(&self, user: i64) -> Subscriber {
        let subscription = self.hub.subscribe(SubscriptionRequest {
            login: login(UserId(user)),
            count_on_other_nodes: 0,
            expires_at: DateTime::<Utc>::MAX_UTC,
            opened_at: DateTime::UNIX_EPOCH,
        });
        Subscriber(subscription.expect("there is room"))
    }

    /// Rings, and does not wait for anything.
    pub(super) fn notify(&self, updates: Vec<MailboxUpdate>) {
        let published = self.publisher.publish(updates).now_or_never();
        published.expect("nobody waits for a broker");
    }
}

/// An update as a node rings it for others.
pub(super) fn update(user: i64, head: i64, revision: i64) -> MailboxUpdate {
    MailboxUpdate { user: UserId(user), head, revision, notification: None }
}
