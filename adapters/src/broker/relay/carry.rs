use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use leopard_core::domain::mailbox::MailboxUpdate;
use leopard_core::port::{
    Missed, NotificationPublisher, NotificationRelay, NotificationSubscriber as _,
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::carrier::{Carrier, Line, Listener, Lost, Speaker, Tuner};
use super::gap_tracker::GapTracker;
use super::outbox::Outbox;
use super::pause::Pause;
use super::word::Word;
use crate::broker::local::Hub;

/// How long a broker may take for anything that it is asked.
const ANSWER: Duration = Duration::from_secs(3);
/// How often every node says that it is there.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without a word, not even one's own, the way is lost.
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
    carrier: Box<dyn Carrier>,
    outbox: Outbox,
    gaps: GapTracker,
    is_up: AtomicBool,
}

impl Relay {
    /// A relay of this node; it is heard elsewhere only while it carries.
    pub(in crate::broker) fn new(hub: Arc<Hub>, carrier: impl Carrier + 'static) -> Self {
        Self {
            hub,
            carrier: Box::new(carrier),
            outbox: Outbox::default(),
            gaps: GapTracker::default(),
            is_up: AtomicBool::new(false),
        }
    }

    /// Carries until the way is lost.
    async fn carry_once(&self) -> Result<Infallible, Lost> {
        let line = in_time(self.carrier.connect()).await?;
        let Line {
            mut speaker,
            mut listener,
            tuner,
        } = line;
        tokio::select! {
            lost = self.speak(speaker.as_mut()) => lost,
            lost = self.hear(listener.as_mut()) => lost,
            lost = self.tune(tuner) => lost,
        }
    }

    async fn speak(&self, speaker: &mut dyn Speaker) -> Result<Infallible, Lost> {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let words = tokio::select! {
                _ = beats.tick() => vec![Word::Beat],
                words = self.outbox.take() => words,
            };
            in_time(speaker.say(&words)).await?;
            self.outbox.said();
        }
    }

    async fn hear(&self, listener: &mut dyn Listener) -> Result<Infallible, Lost> {
        loop {
            let Ok(words) = timeout(SILENCE, listener.hear()).await else {
                return Err(Lost::because("nothing is heard any more"));
            };
            for word in words? {
                if let Some(update) = word.update() {
                    self.hub.notify(update);
                } else if word == Word::MissedAll {
                    self.gaps.raise(Missed::All);
                }
            }
        }
    }

    /// Has the updates heard of those who have streams here, and of nobody else where that is possible.
    async fn tune(&self, tuner: Option<Box<dyn Tuner>>) -> Result<Infallible, Lost> {
        let Some(mut tuner) = tuner else {
            self.found();
            return std::future::pending().await;
        };
        let mut audience = self.hub.audience();
        in_time(tuner.tune(&audience.turnover_now())).await?;
        self.found();
        loop {
            let turnover = audience.turnover().await;
            in_time(tuner.tune(&turnover)).await?;
            // Their streams opened a moment before.
            self.gaps.raise(Missed::Of(turnover.come));
        }
    }

    fn found(&self) {
        self.gaps.raise(Missed::All);
        self.is_up.store(true, Ordering::Relaxed);
        tracing::info!(broker = self.carrier.name(), "updates come and go");
    }

    /// Takes it that the way is lost, and says so if it was not known.
    fn lose(&self, lost: &Lost, is_known: bool) {
        if !is_known {
            let broker = self.carrier.name();
            tracing::warn!(broker, %lost, "updates do not come and go; events come by the sweep alone");
            self.gaps.raise(Missed::All);
        }
    }
}

#[async_trait]
impl NotificationPublisher for Relay {
    async fn publish(&self, updates: Vec<MailboxUpdate>) {
        self.outbox.put(updates.iter().map(Word::of));
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
            self.outbox.unsaid();
            // One that is lost again at once is no better than one that is not found.
            if self.is_up.swap(false, Ordering::Relaxed) {
                is_known = false;
            }
            if began.elapsed() > SILENCE {
                pause = Pause::shortest();
            }
            self.lose(&lost, is_known);
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
            while self.is_up() && !self.outbox.is_said() {
                sleep(LOOK).await;
            }
        };
        // Too late is late enough.
        let _ = timeout(LEAVING, all_said).await;
    }
}

/// What the broker answers, unless that takes too long.
async fn in_time<T>(answer: impl Future<Output = Result<T, Lost>>) -> Result<T, Lost> {
    timeout(ANSWER, answer)
        .await
        .unwrap_or_else(|_| Err(Lost::because("it does not answer")))
}
