//! What holds for every request, whatever it asks for.

pub(crate) mod body_limit;
pub(crate) mod cors;
pub(crate) mod framing;
pub(crate) mod shape;
