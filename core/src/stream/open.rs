use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::Mailbox;
use crate::port::{
    Clock, NotificationRepository, NotificationSubscriber, Signal, StreamPresence, Subscription,
    SubscriptionRequest,
};
use crate::service::accounts::Caller;
use crate::stream::{Follower, Opening, Step, StreamEvent};

/// The limits of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// The maximum number of replayed notifications.
    pub replay_limit: u32,
    pub heartbeat_seconds: u32,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { replay_limit: 1_000, heartbeat_seconds: 30 }
    }
}

/// Opens streams.
#[derive(Clone)]
pub struct Streams {
    pub notifications: Arc<dyn NotificationRepository>,
    pub subscriber: Arc<dyn NotificationSubscriber>,
    pub presence: Arc<dyn StreamPresence>,
    pub clock: Arc<dyn Clock>,
    pub limits: StreamLimits,
}

impl Streams {
    /// Opens a stream of the caller's mailbox, after the cursor of the client if it has one.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`] if the user has the maximum number of streams on all nodes.
    pub async fn open(&self, caller: &Caller, resume: Option<i64>) -> Result<LiveStream, Failure> {
        let user = caller.user.id;
        let count_on_other_nodes = self.presence.count_on_other_nodes(user).await?;
        // Subscribe first: later commits send an update then.
        let subscription = self.subscriber.subscribe(SubscriptionRequest {
            login: caller.login.clone(),
            count_on_other_nodes,
            expires_at: caller.token_expires_at,
            opened_at: self.clock.now(),
        })?;
        let mailboxes = self.notifications.mailboxes(vec![user]).await?;
        let mailbox = mailboxes.first().copied().unwrap_or(Mailbox::empty(user));
        let StreamLimits { replay_limit, heartbeat_seconds } = self.limits;
        Ok(LiveStream {
            user,
            follower: Follower::open(Opening {
                mailbox,
                resume,
                replay_limit,
                heartbeat_seconds,
                token_expires_at: caller.token_expires_at,
            }),
            subscription,
            notifications: self.notifications.clone(),
            clock: self.clock.clone(),
            failure: None,
            is_heartbeat_due: false,
            is_closing: false,
        })
    }
}

/// An open stream. Dropping it closes it.
pub struct LiveStream {
    user: UserId,
    follower: Follower,
    subscription: Box<dyn Subscription>,
    notifications: Arc<dyn NotificationRepository>,
    clock: Arc<dyn Clock>,
    failure: Option<Failure>,
    is_heartbeat_due: bool,
    is_closing: bool,
}

impl LiveStream {
    /// The next events, as soon as there are any; `None` after the end. Call it again when the client has
    /// taken the last events: a slow client delays no other one.
    pub async fn next(&mut self) -> Option<Vec<StreamEvent>> {
        loop {
            self.take_signals().await;
            // After a delay by a slow client, several heartbeats become one.
            if std::mem::take(&mut self.is_heartbeat_due) {
                self.follower.heartbeat_due(self.clock.now());
            }
            match self.follower.step() {
                Step::Write(events) => return Some(events),
                Step::End => return None,
                Step::Wait => {
                    let signal = poll_fn(|context| self.subscription.poll_signal(context)).await;
                    self.take(signal);
                }
                Step::ReadLog(after) => {
                    let page = self.notifications.log_after(self.user, after, Follower::PAGE);
                    match page.await {
                        Ok(entries) => self.follower.log_page(&entries),
                        Err(failure) => self.fail(failure),
                    }
                }
                Step::ReadChanges(after) => {
                    let page =
                        self.notifications.read_state_changes(self.user, after, Follower::PAGE);
                    match page.await {
                        Ok(page) => self.follower.read_state_page(&page),
                        Err(failure) => self.fail(failure),
                    }
                }
            }
        }
    }

    /// Completes when the stream must close. Wait for it while the client takes events, which it may never
    /// do. Other signals are kept for [`Self::next`].
    pub async fn ended(&mut self) {
        while !self.is_closing {
            let signal = poll_fn(|context| self.subscription.poll_signal(context)).await;
            self.take(signal);
        }
    }

    /// Why the stream became unavailable: for the log, never for a client.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    fn fail(&mut self, failure: Failure) {
        self.follower.fail();
        self.failure = Some(failure);
        self.is_closing = true;
    }

    /// Takes a pending signal without a wait, so that a close does not wait for a long replay.
    async fn take_signals(&mut self) {
        let signal = poll_fn(|context| match self.subscription.poll_signal(context) {
            Poll::Ready(signal) => Poll::Ready(Some(signal)),
            Poll::Pending => Poll::Ready(None),
        });
        if let Some(signal) = signal.await {
            self.take(signal);
        }
    }

    fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Updated(update) => self.follower.updated(update),
            Signal::HeartbeatDue => self.is_heartbeat_due = true,
            Signal::End(reason) => {
                self.follower.end(reason);
                self.is_closing = true;
            }
        }
    }
}
