//! The operating system: its clock.

mod clock;

pub use clock::SystemClock;
