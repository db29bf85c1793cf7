//! What holds for every request, whatever it asks for.

pub(crate) mod body_limit;
mod body_room;
mod browser_guard;
pub(crate) mod cors;
pub(crate) mod error_envelope;
pub(crate) mod framing;
