//! The live stream of a user's notifications, as Server-Sent Events.

mod api;
mod credentials;
mod events;
mod frame;
mod handover;
mod resume;
mod stall;

pub(crate) use api::StreamApi;
pub use handover::{EventStream, Handover};
pub use stall::STALL_TIMEOUT;
