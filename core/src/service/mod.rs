//! The use cases: read, decide, commit, publish.

pub mod accounts;
pub mod announcements;
pub mod idempotency;
pub mod inbox;
mod preference_filter;
pub mod rate_limiter;
pub mod reminders;
pub mod stream;
pub mod tasks;
