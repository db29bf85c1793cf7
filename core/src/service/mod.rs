//! The use cases. Each reads, decides, commits and publishes, in this order.

pub mod accounts;
pub mod idempotency;
pub mod notifications;
mod preference_filter;
pub mod rate_limiter;
pub mod tasks;
