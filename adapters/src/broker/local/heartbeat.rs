use chrono::{DateTime, TimeDelta, Utc};

/// When the next heartbeat of a stream is due. Each stream has its own phase, which spreads the load.
#[derive(Debug)]
pub(super) struct Heartbeat {
    next: DateTime<Utc>,
}

impl Heartbeat {
    /// The first heartbeat is due one interval after the stream opened.
    pub(super) fn after(opened_at: DateTime<Utc>, interval: TimeDelta) -> Self {
        Self { next: later(opened_at, interval) }
    }

    /// Whether a heartbeat is due. Several missed ones count as one; the phase stays.
    pub(super) fn is_due(&mut self, now: DateTime<Utc>, interval: TimeDelta) -> bool {
        if now < self.next {
            if later(later(now, interval), interval) < self.next {
                // The clock was set back: waiting for the old due time would look like a dead connection.
                self.next = later(now, interval);
            }
            return false;
        }
        let since = microseconds(now - self.next) % microseconds(interval).max(1);
        self.next = later(now, interval - TimeDelta::microseconds(since));
        true
    }
}

fn later(time: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    time.checked_add_signed(interval).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Whole microseconds; 0 on overflow.
fn microseconds(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(0)
}
