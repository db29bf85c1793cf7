//! Whatever is lost on the way, a stream shows 1..N, by way of a real store.

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

use super::Broker;
use super::lossy::Lossy;
use super::node::{Node, login};
use crate::conformance::Backend;
use crate::conformance::sample::{tell, user};
use crate::support::background::Background;
use crate::support::rng::Seed;
use crate::support::wait::{TIMEOUT, until};

const READERS: [&str; 3] = ["ana", "bob", "eve"];
const WRITERS: u64 = 3;
/// The fewest tasks that each of them makes.
const LEAST: usize = 40;

/// What the streams of a node have shown, each by itself.
type Shown = Arc<Mutex<Vec<i64>>>;

/// Lost, repeated, late and in another order.
pub async fn whatever_becomes_of_updates_a_stream_shows_all_in_order(broker: &mut Broker) {
    streams_show_all(broker, async |_| {}).await;
}

/// While tasks are made on two nodes, something happens to the broker; in the end every stream on both
/// has shown every notification once and in order.
pub(super) async fn streams_show_all(
    broker: &mut Broker,
    happening: impl AsyncFnOnce(&mut Broker),
) {
    let seed = Seed::new("integration databases::brokers");
    let backend = Arc::new(Backend::sqlite().await);
    let nodes = [broker.node().await, broker.node().await];
    let (mut work, mut streams) = (vec![], vec![]);
    let mut readers = vec![];
    for name in READERS {
        readers.push(user(&backend, name).await);
    }
    for node in &nodes {
        work.extend(mend(&backend, node).await);
        for reader in &readers {
            streams.push(follow(&backend, node, reader, &mut work).await);
        }
    }

    let over = watch::Sender::new(false);
    let mut writing = JoinSet::new();
    let recipients: Vec<_> = readers.iter().map(|reader| reader.id).collect();
    for writer in 0..WRITERS {
        let node = &nodes[usize::from(writer % 2 == 0)];
        let lossy = Lossy::new(node.publisher.clone(), seed.rng(writer));
        let over = over.subscribe();
        writing.spawn(write(backend.clone(), recipients.clone(), lossy, over));
    }
    happening(broker).await;
    over.send_replace(true);
    let written: usize = writing.join_all().await.into_iter().sum();

    let all: Vec<i64> = (1..).take(written).collect();
    for shown in &streams {
        let shown = || shown.lock().expect("nobody panics").clone();
        until("all are shown", TIMEOUT, async || (shown().len() >= all.len()).then_some(())).await;
        assert_eq!(shown(), all);
    }
}

/// Tells all of them so often, but no less often than until it is over; and answers how often.
async fn write(
    backend: Arc<Backend>,
    recipients: Vec<UserId>,
    mut lossy: Lossy,
    over: watch::Receiver<bool>,
) -> usize {
    let mut count = 0;
    while count < LEAST || !*over.borrow() {
        count += 1;
        for told in tell(&backend, &recipients).await.notifications {
            lossy.notify(MailboxUpdate::of_notification(Arc::new(told))).await;
        }
        sleep(Duration::from_millis(5)).await;
    }
    count
}

/// What makes up for updates on a node, as it does in a server, but more often.
async fn mend(backend: &Backend, node: &Node) -> Vec<Background> {
    let begun = LogPoller::begin(backend.notifications.clone(), node.hub.clone()).await;
    let mut log_poller = begun.expect("a sweep");
    let mut work = vec![Background::start(async move {
        loop {
            log_poller.notify_changes().await.expect("a sweep");
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
        user: reader.clone(),
        login: login(reader.id),
        token_expires_at: DateTime::<Utc>::MAX_UTC,
        login_expires_at: None,
    };
    let mut stream = streams.open(&caller, Some(0)).await.expect("a stream");
    let shown = Shown::default();
    let showing = shown.clone();
    work.push(Background::start(async move {
        while let Some(events) = stream.next().await {
            let mut shown = showing.lock().expect("nobody panics");
            shown.extend(events.iter().filter_map(|event| match event {
                StreamEvent::Notification(notification) => Some(notification.sequence),
                _ => None,
            }));
        }
    }));
    shown
}
