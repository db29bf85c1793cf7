//! Open streams: following them, waking them, ending them.

mod gap_recovery;
mod log_poller;
mod presence;
mod reconciler;
mod session_reaper;
mod streams;

#[cfg(test)]
mod tests;

pub use gap_recovery::GapRecovery;
pub use log_poller::LogPoller;
pub use presence::PresenceReporter;
pub use reconciler::Reconciler;
pub use session_reaper::SessionReaper;
pub use streams::{LiveStream, StreamLimits, Streams};
