//! The use cases: read, decide, commit, publish.

pub mod accounts;
pub mod idempotency;
pub mod notifications;
mod preference_filter;
pub mod rate_limiter;
pub mod tasks;
