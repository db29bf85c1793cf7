use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(100);
/// A broker that is back is found soon.
const LONGEST: Duration = Duration::from_millis(1_600);

/// The time between two looks for a broker that is away: longer and longer, and for no two nodes the
/// same, so that they do not all come at once when it is back.
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) fn shortest() -> Self {
        Self(SHORTEST)
    }

    /// The next one: between half of its time and all of it.
    pub(super) fn next(&mut self) -> Duration {
        let whole = self.0;
        self.0 = (whole * 2).min(LONGEST);
        // Without randomness all wait for the longest.
        let share = getrandom::u32().unwrap_or(u32::MAX);
        whole.mul_f64(0.5 + 0.5 * f64::from(share) / f64::from(u32::MAX))
    }
}
