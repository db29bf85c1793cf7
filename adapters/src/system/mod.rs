//! What the operating system knows.

mod clock;

pub use clock::SystemClock;
