use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::{
    Missed, NotificationPublisher, NotificationRelay, NotificationSubscriber as _,
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::gap_tracker::GapTracker;
use super::message::Message;
use super::pause::Pause;
use super::pending_updates::PendingUpdates;
use super::transport::{Connection, Disconnected, Receiver, Sender, Subscriptions, Transport};
use crate::broker::local::Hub;

/// Time limit for each operation of a broker.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// Without any message for so long, not even its own, a node is disconnected.
const SILENCE_LIMIT: Duration = Duration::from_secs(4);
/// Poll interval while waiting for pending updates to be sent.
const POLL: Duration = Duration::from_millis(5);
/// Time limit of that wait: other nodes find the remaining updates themselves.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);
/// How often mailboxes are compared while disconnected.
const DISCONNECTED_POLL: Duration = Duration::from_secs(1);

/// Publishes to this node and to all others.
pub struct Relay {
    hub: Arc<Hub>,
    transport: Box<dyn Transport>,
    pending: PendingUpdates,
    gaps: GapTracker,
    is_up: AtomicBool,
}

impl Relay {
    /// Creates the relay of this node. It sends to other nodes while [`NotificationRelay::run`] runs.
    #[must_use]
    pub fn new(hub: Arc<Hub>, transport: impl Transport + 'static) -> Self {
        Self {
            hub,
            transport: Box::new(transport),
            pending: PendingUpdates::default(),
            gaps: GapTracker::default(),
            is_up: AtomicBool::new(false),
        }
    }

    /// Connects, and relays until disconnected.
    async fn run_once(&self) -> Result<Infallible, Disconnected> {
        let connection = in_time(self.transport.connect()).await?;
        let Connection { mut sender, mut receiver, subscriptions } = connection;
        tokio::select! {
            error = self.send(sender.as_mut()) => error,
            error = self.recv(receiver.as_mut()) => error,
            error = self.follow_listeners(subscriptions) => error,
        }
    }

    async fn send(&self, sender: &mut dyn Sender) -> Result<Infallible, Disconnected> {
        let mut keep_alive = interval(KEEP_ALIVE);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let messages = tokio::select! {
                _ = keep_alive.tick() => vec![Message::KeepAlive],
                messages = self.pending.take() => messages,
            };
            in_time(sender.send(&messages)).await?;
            self.pending.confirm();
        }
    }

    async fn recv(&self, receiver: &mut dyn Receiver) -> Result<Infallible, Disconnected> {
        loop {
            let Ok(messages) = timeout(SILENCE_LIMIT, receiver.recv()).await else {
                return Err(Disconnected::because("no message arrives any more"));
            };
            for message in messages? {
                if let Some(update) = message.update() {
                    self.hub.notify(update);
                } else if message == Message::MissedAll {
                    self.gaps.raise(Missed::All);
                }
            }
        }
    }

    /// Subscribes to the updates of users who have streams here, if the transport can choose.
    async fn follow_listeners(
        &self,
        subscriptions: Option<Box<dyn Subscriptions>>,
    ) -> Result<Infallible, Disconnected> {
        let Some(mut subscriptions) = subscriptions else {
            self.mark_up();
            return std::future::pending().await;
        };
        let mut listeners = self.hub.listeners();
        in_time(subscriptions.apply(&listeners.current_diff())).await?;
        self.mark_up();
        loop {
            let diff = listeners.next_diff().await;
            in_time(subscriptions.apply(&diff)).await?;
            // Their streams opened before the subscription.
            self.gaps.raise(Missed::Of(diff.joined));
        }
    }

    fn mark_up(&self) {
        self.gaps.raise(Missed::All);
        self.is_up.store(true, Ordering::Relaxed);
        tracing::info!(broker = self.transport.name(), "broker connected");
    }

    /// Logs that the broker is down, unless that is known.
    fn mark_down(&self, error: &Disconnected, is_known: bool) {
        if !is_known {
            let broker = self.transport.name();
            tracing::warn!(
                broker,
                %error,
                "broker disconnected, falling back to polling (events may be up to 2 s late)"
            );
            self.gaps.raise(Missed::All);
        }
    }
}

#[async_trait]
impl NotificationPublisher for Relay {
    async fn publish(&self, updates: Vec<MailboxUpdate>) {
        self.pending.put(updates.iter().map(Message::of));
        self.hub.publish(updates).await;
    }
}

#[async_trait]
impl NotificationRelay for Relay {
    async fn run(&self) {
        let mut pause = Pause::shortest();
        let mut is_known = false;
        loop {
            let began = Instant::now();
            let Err(error) = self.run_once().await;
            self.pending.restore();
            // A connection that breaks at once does not reset the pause.
            if self.is_up.swap(false, Ordering::Relaxed) {
                is_known = false;
            }
            if began.elapsed() > SILENCE_LIMIT {
                pause = Pause::shortest();
            }
            self.mark_down(&error, is_known);
            is_known = true;
            sleep(pause.next()).await;
        }
    }

    fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    async fn missed(&self) -> Missed {
        if self.is_up() {
            return self.gaps.take().await;
        }
        tokio::select! {
            missed = self.gaps.take() => missed,
            () = sleep(DISCONNECTED_POLL) => Missed::All,
        }
    }

    async fn flush(&self) {
        let all_sent = async {
            while self.is_up() && !self.pending.is_empty() {
                sleep(POLL).await;
            }
        };
        let _ = timeout(FLUSH_TIMEOUT, all_sent).await;
    }
}

async fn in_time<T>(
    operation: impl Future<Output = Result<T, Disconnected>>,
) -> Result<T, Disconnected> {
    timeout(OPERATION_TIMEOUT, operation)
        .await
        .unwrap_or_else(|_| Err(Disconnected::because("the broker does not answer")))
}
