use chrono::{DateTime, TimeDelta, Utc};

/// When a stream's next heartbeat is due. Each stream has a phase of its own, so that the sends
/// are spread.
#[derive(Debug)]
pub(super) struct Heartbeat {
    next: DateTime<Utc>,
}

impl Heartbeat {
    /// Beats one interval after the stream was opened, and so on.
    pub(super) fn after(opened_at: DateTime<Utc>, interval: TimeDelta) -> Self {
        Self {
            next: later(opened_at, interval),
        }
    }

    /// Whether a beat is due. Those that were missed count as one; the phase is kept.
    pub(super) fn beats(&mut self, now: DateTime<Utc>, interval: TimeDelta) -> bool {
        if now < self.next {
            if later(later(now, interval), interval) < self.next {
                // The clock was set back: silence until it comes round again would look like death.
                self.next = later(now, interval);
            }
            return false;
        }
        let since = microseconds(now - self.next) % microseconds(interval).max(1);
        self.next = later(now, interval - TimeDelta::microseconds(since));
        true
    }
}

fn later(moment: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    moment
        .checked_add_signed(interval)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Whole microseconds; 0 for spans of hundreds of thousands of years.
fn microseconds(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(0)
}
