//! Open streams: the follower, a state machine without I/O, and what opens, wakes and closes streams. What
//! reads the store fails with [`Failure::Unavailable`](crate::Failure::Unavailable) if it cannot be reached.

#![expect(clippy::missing_errors_doc, reason = "the module names the common error once")]

mod event;
mod follower;
mod gap_recovery;
mod log_poller;
mod open;
mod opening;
mod presence;
mod reconciler;
mod session_reaper;

#[cfg(test)]
mod follower_model;
#[cfg(test)]
mod follower_properties;
#[cfg(test)]
mod tests;

pub use event::StreamEvent;
pub use follower::{Follower, Step};
pub use gap_recovery::GapRecovery;
pub use log_poller::LogPoller;
pub use open::{LiveStream, StreamLimits, Streams};
pub use opening::Opening;
pub use presence::PresenceReporter;
pub use reconciler::Reconciler;
pub use session_reaper::SessionReaper;
