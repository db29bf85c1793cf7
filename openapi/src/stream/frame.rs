//! Events as text (the `text/event-stream` format of the HTML standard).

use std::io::Write;
use std::ops::RangeInclusive;

use leopard_core::stream::StreamEvent;

use super::events;

/// The reconnection delay after a lost connection.
pub(super) const RETRY_MILLISECONDS: u64 = 3_000;

/// The range of the random delay of each client, so that clients that were disconnected together do not
/// reconnect together.
const SPREAD_MILLISECONDS: RangeInclusive<u64> = 1_000..=10_000;

/// Writes the reconnection delay.
pub(super) fn push_retry(text: &mut Vec<u8>, milliseconds: u64) {
    // Writing to a vector cannot fail.
    let _ = writeln!(text, "retry: {milliseconds}");
}

/// Writes one event with its `retry` and `id`.
pub(super) fn push_event(text: &mut Vec<u8>, event: &StreamEvent) {
    if let Some(milliseconds) = reconnect_delay(event) {
        push_retry(text, milliseconds);
    }
    if let Some(cursor) = event.cursor() {
        let _ = writeln!(text, "id: {cursor}");
    }
    text.extend_from_slice(b"data: ");
    events::push_json(text, event);
    text.extend_from_slice(b"\n\n");
}

/// The reconnection delay after an event that many clients get at the same time.
fn reconnect_delay(event: &StreamEvent) -> Option<u64> {
    match event {
        StreamEvent::ServerShutdown | StreamEvent::Unavailable => Some(spread()),
        StreamEvent::Throttled { retry_after } => Some(u64::from(*retry_after) * 1_000 + spread()),
        _ => None,
    }
}

/// A random delay in milliseconds.
fn spread() -> u64 {
    let (least, most) = SPREAD_MILLISECONDS.into_inner();
    let random = getrandom::u64().unwrap_or_default();
    least + random % (most - least + 1)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
