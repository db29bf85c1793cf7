//! Middleware that handles every request.

pub(crate) mod body_limit;
mod browser_guard;
pub(crate) mod cors;
pub(crate) mod error_envelope;
pub(crate) mod framing;
