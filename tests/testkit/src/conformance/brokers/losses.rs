//! Streams show the notifications of a store exactly once and in order, whatever happens to updates.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use leopard_adapters::broker::local::SingleNode;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::account::User;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::service::accounts::Caller;
use leopard_core::stream::{
    GapRecovery, LogPoller, Reconciler, StreamEvent, StreamLimits, Streams,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::lossy::Lossy;
use super::node::login;
use super::{Broker, Node};
use crate::Backend;
use crate::background::Background;
use crate::fixtures::{notify, user};
use crate::rng::Seed;
use crate::wait::{TIMEOUT, until};

const READERS: [&str; 3] = ["ana", "bob", "eve"];
const WRITERS: u64 = 3;
/// The minimum number of tasks per writer.
const MIN_TASKS: usize = 40;

/// The sequences that a stream has shown.
type Shown = Arc<Mutex<Vec<i64>>>;

/// Updates are lost, repeated, late and reordered.
pub async fn streams_are_complete_and_in_order_whatever_happens_to_updates(broker: &impl Broker) {
    Traffic::begin(broker).await.end().await;
}

/// Writers on two nodes that store tasks, and streams on both that show the notifications.
pub struct Traffic {
    streams: Vec<Shown>,
    writers: JoinSet<usize>,
    may_end: watch::Sender<bool>,
    _nodes: [Node; 2],
    _work: Vec<Background>,
    _seed: Seed,
}

impl Traffic {
    /// Starts the writers. What happens to the broker before [`Traffic::end`] must lose no notification.
    pub async fn begin(broker: &impl Broker) -> Self {
        let seed = Seed::of_this_test();
        let backend = Arc::new(broker.open_store().await);
        let nodes = [broker.node().await, broker.node().await];
        let (mut work, mut streams) = (vec![], vec![]);
        let mut readers = vec![];
        for name in READERS {
            readers.push(user(&backend, name).await);
        }
        for node in &nodes {
            work.extend(recover(&backend, node).await);
            for reader in &readers {
                streams.push(follow(&backend, node, reader, &mut work).await);
            }
        }
        let may_end = watch::Sender::new(false);
        let mut writers = JoinSet::new();
        let recipients: Vec<_> = readers.iter().map(|reader| reader.id).collect();
        for writer in 0..WRITERS {
            let node = &nodes[usize::from(writer % 2 == 0)];
            let lossy = Lossy::new(node.publisher.clone(), seed.rng(writer));
            writers.spawn(write(backend.clone(), recipients.clone(), lossy, may_end.subscribe()));
        }
        Self { streams, writers, may_end, _nodes: nodes, _work: work, _seed: seed }
    }

    /// Lets the writers finish, and checks that every stream shows every notification once and in order.
    pub async fn end(self) {
        self.may_end.send_replace(true);
        let written: usize = self.writers.join_all().await.into_iter().sum();
        let all: Vec<i64> = (1..).take(written).collect();
        for shown in &self.streams {
            let shown = || shown.lock().expect("no panic").clone();
            let complete = async || (shown().len() >= all.len()).then_some(());
            until("all notifications", TIMEOUT, complete).await;
            assert_eq!(shown(), all);
        }
    }
}

/// Stores tasks that notify all recipients until it may end, and returns their number.
async fn write(
    backend: Arc<Backend>,
    recipients: Vec<UserId>,
    mut lossy: Lossy,
    may_end: watch::Receiver<bool>,
) -> usize {
    let mut count = 0;
    while count < MIN_TASKS || !*may_end.borrow() {
        count += 1;
        for notification in notify(&backend, &recipients).await.notifications {
            lossy.publish(MailboxUpdate::of_notification(Arc::new(notification))).await;
        }
        sleep(Duration::from_millis(5)).await;
    }
    count
}

/// Starts what recovers lost updates on a node: as in a server, but more often.
async fn recover(backend: &Backend, node: &Node) -> Vec<Background> {
    let log_poller = LogPoller::begin(backend.notifications.clone(), node.hub.clone()).await;
    let mut log_poller = log_poller.expect("a log poller");
    let mut work = vec![Background::start(async move {
        loop {
            log_poller.notify_changes().await.expect("the changes");
            sleep(Duration::from_millis(200)).await;
        }
    })];
    let reconciler =
        Reconciler { notifications: backend.notifications.clone(), subscriber: node.hub.clone() };
    if let Some(relay) = node.relay.clone() {
        let mut gap_recovery = GapRecovery::new(relay, reconciler);
        work.push(Background::start(async move {
            loop {
                gap_recovery.recover().await.expect("mailboxes");
            }
        }));
    }
    work
}

/// Follows the mailbox of a reader from its beginning.
async fn follow(
    backend: &Backend,
    node: &Node,
    reader: &User,
    work: &mut Vec<Background>,
) -> Shown {
    let streams = Streams {
        notifications: backend.notifications.clone(),
        subscriber: node.hub.clone(),
        presence: Arc::new(SingleNode),
        clock: Arc::new(SystemClock),
        limits: StreamLimits { replay_limit: 1_000, heartbeat_seconds: 30 },
    };
    let caller = Caller {
        user: Arc::new(reader.clone()),
        login: login(reader.id),
        token_expires_at: DateTime::<Utc>::MAX_UTC,
        login_expires_at: None,
        scopes: None,
    };
    let mut stream = streams.open(&caller, Some(0)).await.expect("a stream");
    let shown = Shown::default();
    let showing = shown.clone();
    work.push(Background::start(async move {
        while let Some(events) = stream.next().await {
            let mut shown = showing.lock().expect("no panic");
            shown.extend(events.iter().filter_map(|event| match event {
                StreamEvent::Notification(notification) => Some(notification.sequence),
                _ => None,
            }));
        }
    }));
    shown
}
