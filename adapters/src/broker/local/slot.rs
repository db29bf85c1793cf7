use std::sync::Arc;
use std::task::Waker;

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::account::Login;
use leopard_core::domain::notification::{MailboxUpdate, Notification};
use leopard_core::port::{CloseReason, Signal};

use super::heartbeat::Heartbeat;

/// One stream's place in the hub.
///
/// Every method that gives the stream something to hear returns whom to wake, if anybody waits:
/// to be done by the caller once nothing is locked any more.
pub(super) struct Slot {
    login: Arc<Login>,
    expires_at: DateTime<Utc>,
    heartbeat: Heartbeat,
    /// The greatest head that this stream was told of, or is about to be.
    head: i64,
    /// The greatest state that this stream was told of, or is about to be.
    revision: i64,
    /// The notification at `head`, while the stream has not taken it.
    carried: Option<Arc<Notification>>,
    is_updated: bool,
    is_beat: bool,
    life: Life,
    waker: Option<Waker>,
}

/// How a stream's place comes to its end.
#[derive(Clone, Copy)]
enum Life {
    Open,
    CloseReason(CloseReason),
    /// The end has been said; nothing is said after it.
    Ended,
}

impl Slot {
    pub(super) fn new(login: Arc<Login>, expires_at: DateTime<Utc>, heartbeat: Heartbeat) -> Self {
        Self {
            login,
            expires_at,
            heartbeat,
            head: 0,
            revision: 0,
            carried: None,
            is_updated: false,
            is_beat: false,
            life: Life::Open,
            waker: None,
        }
    }

    pub(super) fn login(&self) -> &Arc<Login> {
        &self.login
    }

    /// Takes an update in. One that tells nothing new wakes nobody.
    #[must_use]
    pub(super) fn notify(&mut self, update: &MailboxUpdate) -> Option<Waker> {
        let is_news = update.head > self.head || update.revision > self.revision;
        if !is_news || !matches!(self.life, Life::Open) {
            return None;
        }
        if update.head > self.head {
            self.head = update.head;
            self.carried.clone_from(&update.notification);
        }
        self.revision = self.revision.max(update.revision);
        self.is_updated = true;
        self.waker.take()
    }

    /// Looks at the time: the token may have expired, a heartbeat may be due.
    #[must_use]
    pub(super) fn tick(&mut self, now: DateTime<Utc>, interval: TimeDelta) -> Option<Waker> {
        if now >= self.expires_at {
            return self.end(CloseReason::TokenExpired);
        }
        if matches!(self.life, Life::Open) && self.heartbeat.beats(now, interval) {
            self.is_beat = true;
            return self.waker.take();
        }
        None
    }

    /// Ends the stream. Of several reasons the first one counts.
    #[must_use]
    pub(super) fn end(&mut self, reason: CloseReason) -> Option<Waker> {
        if !matches!(self.life, Life::Open) {
            return None;
        }
        self.life = Life::CloseReason(reason);
        self.carried = None;
        self.waker.take()
    }

    /// What there is to hear, the most urgent first.
    pub(super) fn take(&mut self) -> Option<Signal> {
        match self.life {
            Life::CloseReason(reason) => {
                self.life = Life::Ended;
                Some(Signal::End(reason))
            }
            Life::Open if std::mem::take(&mut self.is_updated) => {
                Some(Signal::Updated(MailboxUpdate {
                    user: self.login.user,
                    head: self.head,
                    revision: self.revision,
                    notification: self.carried.take(),
                }))
            }
            Life::Open if std::mem::take(&mut self.is_beat) => Some(Signal::HeartbeatDue),
            Life::Open | Life::Ended => None,
        }
    }

    /// Remembers whom to wake, and gives back whom it would have woken until now.
    pub(super) fn wait(&mut self, waker: &Waker) -> Option<Waker> {
        match &self.waker {
            Some(known) if known.will_wake(waker) => None,
            _ => self.waker.replace(waker.clone()),
        }
    }
}
