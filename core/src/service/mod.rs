//! The use cases. Each reads, decides, commits and publishes, in this order.

#![expect(clippy::missing_errors_doc, reason = "the docs of each type name the common error once")]

pub mod accounts;
pub mod idempotency;
pub mod notifications;
mod preference_filter;
pub mod rate_limiter;
pub mod tasks;
