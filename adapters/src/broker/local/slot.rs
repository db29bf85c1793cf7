use std::sync::Arc;
use std::task::Waker;

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::account::Login;
use leopard_core::domain::notification::{MailboxUpdate, Notification};
use leopard_core::port::{CloseReason, Signal};

use super::heartbeat::Heartbeat;

/// The slot of a stream in the hub.
///
/// Methods that signal the stream return its waker, if it waits. The caller wakes it after releasing the lock.
pub(super) struct Slot {
    login: Arc<Login>,
    expires_at: DateTime<Utc>,
    heartbeat: Heartbeat,
    /// The greatest head that was signalled to the stream, or will be.
    head: i64,
    /// The greatest revision that was signalled to the stream, or will be.
    revision: i64,
    /// The notification at `head`, until the stream takes it.
    notification: Option<Arc<Notification>>,
    is_updated: bool,
    is_heartbeat_due: bool,
    state: State,
    waker: Option<Waker>,
}

#[derive(Clone, Copy)]
enum State {
    Open,
    Ending(CloseReason),
    /// The end has been signalled; nothing follows.
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
            notification: None,
            is_updated: false,
            is_heartbeat_due: false,
            state: State::Open,
            waker: None,
        }
    }

    pub(super) fn login(&self) -> &Arc<Login> {
        &self.login
    }

    /// Records an update. One without news wakes no task.
    #[must_use]
    pub(super) fn notify(&mut self, update: &MailboxUpdate) -> Option<Waker> {
        let is_news = update.head > self.head || update.revision > self.revision;
        if !is_news || !matches!(self.state, State::Open) {
            return None;
        }
        if update.head > self.head {
            self.head = update.head;
            self.notification.clone_from(&update.notification);
        }
        self.revision = self.revision.max(update.revision);
        self.is_updated = true;
        self.waker.take()
    }

    /// Checks whether the token has expired or a heartbeat is due.
    #[must_use]
    pub(super) fn tick(&mut self, now: DateTime<Utc>, interval: TimeDelta) -> Option<Waker> {
        if now >= self.expires_at {
            return self.end(CloseReason::TokenExpired);
        }
        if matches!(self.state, State::Open) && self.heartbeat.is_due(now, interval) {
            self.is_heartbeat_due = true;
            return self.waker.take();
        }
        None
    }

    /// Ends the stream. The first reason wins.
    #[must_use]
    pub(super) fn end(&mut self, reason: CloseReason) -> Option<Waker> {
        if !matches!(self.state, State::Open) {
            return None;
        }
        self.state = State::Ending(reason);
        self.notification = None;
        self.waker.take()
    }

    /// Takes the most urgent signal.
    pub(super) fn take(&mut self) -> Option<Signal> {
        match self.state {
            State::Ending(reason) => {
                self.state = State::Ended;
                Some(Signal::End(reason))
            }
            State::Open if std::mem::take(&mut self.is_updated) => {
                Some(Signal::Updated(MailboxUpdate {
                    user: self.login.user,
                    head: self.head,
                    revision: self.revision,
                    notification: self.notification.take(),
                }))
            }
            State::Open if std::mem::take(&mut self.is_heartbeat_due) => Some(Signal::HeartbeatDue),
            State::Open | State::Ended => None,
        }
    }

    /// Stores a waker and returns the one that it replaces.
    pub(super) fn wait(&mut self, waker: &Waker) -> Option<Waker> {
        match &self.waker {
            Some(known) if known.will_wake(waker) => None,
            _ => self.waker.replace(waker.clone()),
        }
    }
}
