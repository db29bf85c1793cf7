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

/// How long a broker may take for anything that it is asked.
const ANSWER: Duration = Duration::from_secs(3);
/// How often every node says that it is there.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without a message, not even one's own, the way is lost.
const SILENCE: Duration = Duration::from_secs(4);
/// How often somebody looks who waits until all is said.
const LOOK: Duration = Duration::from_millis(5);
/// How long that is waited for: what is left then, the others find by themselves.
const LEAVING: Duration = Duration::from_secs(1);
/// How often mailboxes are compared while updates cannot be heard.
const AWAY: Duration = Duration::from_secs(1);

/// Rings here and on all other nodes.
pub struct Relay {
    hub: Arc<Hub>,
    transport: Box<dyn Transport>,
    pending: PendingUpdates,
    gaps: GapTracker,
    is_up: AtomicBool,
}

impl Relay {
    /// A relay of this node; it is heard elsewhere only while it carries.
    pub(in crate::broker) fn new(hub: Arc<Hub>, transport: impl Transport + 'static) -> Self {
        Self {
            hub,
            transport: Box::new(transport),
            pending: PendingUpdates::default(),
            gaps: GapTracker::default(),
            is_up: AtomicBool::new(false),
        }
    }

    /// Carries until the way is lost.
    async fn carry_once(&self) -> Result<Infallible, Disconnected> {
        let connection = in_time(self.transport.connect()).await?;
        let Connection {
            mut sender,
            mut receiver,
            subscriptions,
        } = connection;
        tokio::select! {
            lost = self.speak(sender.as_mut()) => lost,
            lost = self.recv(receiver.as_mut()) => lost,
            lost = self.follow_listeners(subscriptions) => lost,
        }
    }

    async fn speak(&self, sender: &mut dyn Sender) -> Result<Infallible, Disconnected> {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let messages = tokio::select! {
                _ = beats.tick() => vec![Message::Beat],
                messages = self.pending.take() => messages,
            };
            in_time(sender.send(&messages)).await?;
            self.pending.said();
        }
    }

    async fn recv(&self, receiver: &mut dyn Receiver) -> Result<Infallible, Disconnected> {
        loop {
            let Ok(messages) = timeout(SILENCE, receiver.recv()).await else {
                return Err(Disconnected::because("nothing is heard any more"));
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

    /// Has the updates heard of those who have streams here, and of nobody else where that is possible.
    async fn follow_listeners(
        &self,
        subscriptions: Option<Box<dyn Subscriptions>>,
    ) -> Result<Infallible, Disconnected> {
        let Some(mut subscriptions) = subscriptions else {
            self.found();
            return std::future::pending().await;
        };
        let mut listeners = self.hub.listeners();
        in_time(subscriptions.apply(&listeners.current_diff())).await?;
        self.found();
        loop {
            let diff = listeners.next_diff().await;
            in_time(subscriptions.apply(&diff)).await?;
            // Their streams opened a moment before.
            self.gaps.raise(Missed::Of(diff.joined));
        }
    }

    fn found(&self) {
        self.gaps.raise(Missed::All);
        self.is_up.store(true, Ordering::Relaxed);
        tracing::info!(broker = self.transport.name(), "updates come and go");
    }

    /// Takes it that the way is lost, and says so if it was not known.
    fn mark_down(&self, lost: &Disconnected, is_known: bool) {
        if !is_known {
            let broker = self.transport.name();
            tracing::warn!(broker, %lost, "updates do not come and go; events come by the sweep alone");
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
    async fn carry(&self) {
        let mut pause = Pause::shortest();
        let mut is_known = false;
        loop {
            let began = Instant::now();
            let Err(lost) = self.carry_once().await;
            self.pending.unsaid();
            // One that is lost again at once is no better than one that is not found.
            if self.is_up.swap(false, Ordering::Relaxed) {
                is_known = false;
            }
            if began.elapsed() > SILENCE {
                pause = Pause::shortest();
            }
            self.mark_down(&lost, is_known);
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
            () = sleep(AWAY) => Missed::All,
        }
    }

    async fn settled(&self) {
        let all_said = async {
            while self.is_up() && !self.pending.is_said() {
                sleep(LOOK).await;
            }
        };
        // Too late is late enough.
        let _ = timeout(LEAVING, all_said).await;
    }
}

/// What the broker answers, unless that takes too long.
async fn in_time<T>(
    answer: impl Future<Output = Result<T, Disconnected>>,
) -> Result<T, Disconnected> {
    timeout(ANSWER, answer)
        .await
        .unwrap_or_else(|_| Err(Disconnected::because("it does not answer")))
}
