//! Open streams: following them, waking them, ending them.

mod catch_up;
mod census;
mod comparison;
mod follow;
mod guard;
mod sweep;

#[cfg(test)]
mod tests;

pub use catch_up::CatchUp;
pub use census::Census;
pub use comparison::Comparison;
pub use follow::{Follow, LiveStream, StreamLimits};
pub use guard::Guard;
pub use sweep::Sweep;
