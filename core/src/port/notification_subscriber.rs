use std::task::{Context, Poll};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::Login;
use crate::domain::id::UserId;
use crate::domain::notification::MailboxUpdate;

/// A stream that wants to be woken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRequest {
    /// Who listens, by which login.
    pub login: Login,
    /// How many streams the user has at other nodes.
    pub count_on_other_nodes: u32,
    /// When the token expires, and the stream with it.
    pub expires_at: DateTime<Utc>,
    /// Now: heartbeats are counted from here.
    pub opened_at: DateTime<Utc>,
}

/// Why a stream is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// Its token has expired.
    TokenExpired,
    /// Its login does not count any more, or its user was deactivated.
    LoggedOut,
    /// The node is leaving.
    Shutdown,
}

/// What a stream is woken with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The mailbox is at that point.
    Updated(MailboxUpdate),
    /// A heartbeat is due.
    HeartbeatDue,
    /// The stream is to end.
    End(CloseReason),
}

/// A stream's place in the hub. Dropping it gives the place up at once.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Subscription: Send {
    /// The next signal; updates that were not taken merge into one.
    #[expect(
        clippy::elidable_lifetime_names,
        reason = "the mock needs a named lifetime"
    )]
    fn poll_signal<'a>(&mut self, context: &mut Context<'a>) -> Poll<Signal>;
}

/// Wakes open streams. Cursors, not queues: a stream that does not listen costs nothing.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait NotificationSubscriber: Send + Sync {
    /// A place for one more stream of this user; [`Failure::Throttled`] when the user has as
    /// many as are allowed.
    fn subscribe(&self, request: SubscriptionRequest) -> Result<Box<dyn Subscription>, Failure>;

    /// The logins that have streams here, each once.
    fn logins(&self) -> Vec<Login>;

    /// The users who have streams here, and how many.
    fn streams(&self) -> Vec<(UserId, u32)>;

    /// Ends the streams of this login.
    fn end(&self, login: Login, reason: CloseReason);

    /// Rings for the streams of this node alone.
    fn notify(&self, update: MailboxUpdate);
}
