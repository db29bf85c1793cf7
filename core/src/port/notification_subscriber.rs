use std::task::{Context, Poll};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::account::Login;
use crate::domain::id::UserId;
use crate::domain::notification::MailboxUpdate;

/// The request of a new stream for a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRequest {
    /// The login that opens the stream.
    pub login: Login,
    /// The number of streams that the user has on other nodes.
    pub count_on_other_nodes: u32,
    /// When the token expires, which closes the stream.
    pub expires_at: DateTime<Utc>,
    /// The current time, from which heartbeats are due.
    pub opened_at: DateTime<Utc>,
}

/// Why a stream closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The token of the stream has expired.
    TokenExpired,
    /// The session was revoked, or the user was deactivated.
    LoggedOut,
    /// The node shuts down.
    Shutdown,
}

/// A signal to a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The mailbox has changed.
    Updated(MailboxUpdate),
    /// A heartbeat is due.
    HeartbeatDue,
    /// The stream must close.
    End(CloseReason),
}

/// The subscription of a stream. Dropping it unsubscribes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Subscription: Send {
    /// Polls for the next signal. Updates that were not taken are merged into one.
    #[expect(clippy::elidable_lifetime_names, reason = "the mock needs a named lifetime")]
    fn poll_signal<'a>(&mut self, context: &mut Context<'a>) -> Poll<Signal>;
}

/// Wakes the open streams of this node. A slow stream costs no memory: updates are merged, not queued.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait NotificationSubscriber: Send + Sync {
    /// Subscribes a new stream.
    ///
    /// # Errors
    ///
    /// [`Failure::Throttled`] if the user has the maximum number of streams, including those on other nodes.
    fn subscribe(&self, request: SubscriptionRequest) -> Result<Box<dyn Subscription>, Failure>;

    /// The logins with streams on this node, each once.
    fn logins(&self) -> Vec<Login>;

    /// The users with streams on this node, each once, with the number of streams.
    fn streams(&self) -> Vec<(UserId, u32)>;

    /// Closes the streams of a login.
    fn end(&self, login: Login, reason: CloseReason);

    /// Sends an update to the streams of this node.
    fn notify(&self, update: MailboxUpdate);
}
