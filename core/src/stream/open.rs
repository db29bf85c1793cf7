use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::{LogEntry, Mailbox, ReadStatePage};
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
            read: None,
            failure: None,
            is_heartbeat_due: false,
            is_closing: false,
        })
    }
}

/// An open stream. Dropping it closes it.
///
/// A node holds tens of thousands, so rare states are boxed.
pub struct LiveStream {
    user: UserId,
    follower: Follower,
    subscription: Box<dyn Subscription>,
    notifications: Arc<dyn NotificationRepository>,
    clock: Arc<dyn Clock>,
    /// The read of the store that is under way.
    read: Option<Read>,
    failure: Option<Box<Failure>>,
    is_heartbeat_due: bool,
    is_closing: bool,
}

/// A read of the store.
type Read = Pin<Box<dyn Future<Output = Result<Page, Failure>> + Send>>;

/// What a stream has read from the store.
enum Page {
    Log(Vec<LogEntry>),
    ReadStates(ReadStatePage),
}

impl LiveStream {
    /// The next events, as soon as there are any; `None` after the end. Call it again when the client has
    /// taken the last events: a slow client delays no other one.
    pub async fn next(&mut self) -> Option<Vec<StreamEvent>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Polls for the events of [`Self::next`].
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Vec<StreamEvent>>> {
        loop {
            if let Some(read) = &mut self.read {
                let page = ready!(read.as_mut().poll(context));
                self.read = None;
                self.take_page(page);
            }
            // Before each step, so that a close does not wait for a long replay.
            let signal = self.subscription.poll_signal(context);
            let is_silent = signal.is_pending();
            if let Poll::Ready(signal) = signal {
                self.take(signal);
            }
            // After a delay by a slow client, several heartbeats become one.
            if std::mem::take(&mut self.is_heartbeat_due) {
                self.follower.heartbeat_due(self.clock.now());
            }
            match self.follower.step() {
                Step::Write(events) => return Poll::Ready(Some(events)),
                Step::End => return Poll::Ready(None),
                Step::Wait if is_silent => return Poll::Pending,
                Step::Wait => {}
                Step::ReadLog(after) => {
                    let (notifications, user) = (self.notifications.clone(), self.user);
                    self.read = Some(Box::pin(async move {
                        let page = notifications.log_after(user, after, Follower::PAGE);
                        page.await.map(Page::Log)
                    }));
                }
                Step::ReadChanges(after) => {
                    let (notifications, user) = (self.notifications.clone(), self.user);
                    self.read = Some(Box::pin(async move {
                        let page = notifications.read_state_changes(user, after, Follower::PAGE);
                        page.await.map(Page::ReadStates)
                    }));
                }
            }
        }
    }

    /// Completes when the stream must close. Wait for it while the client takes events, which it may never
    /// do. Other signals are kept for [`Self::next`].
    pub async fn ended(&mut self) {
        poll_fn(|context| self.poll_ended(context)).await;
    }

    /// Polls for the end of [`Self::ended`].
    pub fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.is_closing {
            let signal = ready!(self.subscription.poll_signal(context));
            self.take(signal);
        }
        Poll::Ready(())
    }

    /// Why the stream became unavailable: for the log, never for a client.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_deref()
    }

    fn take_page(&mut self, page: Result<Page, Failure>) {
        match page {
            Ok(Page::Log(entries)) => self.follower.log_page(&entries),
            Ok(Page::ReadStates(page)) => self.follower.read_state_page(&page),
            Err(failure) => {
                self.follower.fail();
                self.failure = Some(Box::new(failure));
                self.is_closing = true;
            }
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
