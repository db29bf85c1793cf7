use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_millis(1_600);

/// The pause between two attempts to connect: exponential backoff with jitter, so that nodes do not all
/// reconnect at once.
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) fn shortest() -> Self {
        Self(SHORTEST)
    }

    /// The next pause: between half of the current one and all of it.
    pub(super) fn next(&mut self) -> Duration {
        let whole = self.0;
        self.0 = (whole * 2).min(LONGEST);
        // Without randomness, no jitter.
        let share = getrandom::u32().unwrap_or(u32::MAX);
        whole.mul_f64(0.5 + 0.5 * f64::from(share) / f64::from(u32::MAX))
    }
}
