//! Open streams: following them, waking them, ending them.

mod census;
mod comparison;
mod follow;
mod guard;
mod sweep;

#[cfg(test)]
mod tests;

pub use census::Census;
pub use comparison::Comparison;
pub use follow::{Follow, LiveStream, StreamLimits};
pub use guard::Guard;
pub use sweep::Sweep;
