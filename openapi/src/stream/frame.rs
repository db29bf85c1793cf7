//! Events as text (the `text/event-stream` format of the HTML standard).

use std::fmt::Write;
use std::ops::RangeInclusive;

use leopard_core::stream::StreamEvent;

use super::events;

/// How long a client waits before it reconnects after a lost connection.
pub(super) const RETRY_MILLISECONDS: u64 = 3_000;

/// The range from which each client gets a delay of its own, so that clients that were disconnected
/// together do not reconnect together.
const SPREAD_MILLISECONDS: RangeInclusive<u64> = 1_000..=10_000;

/// Writes how long the client waits before it reconnects.
pub(super) fn push_retry(text: &mut String, milliseconds: u64) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "retry: {milliseconds}");
}

/// Writes one event, and before it what belongs to it.
pub(super) fn push_event(text: &mut String, event: &StreamEvent) {
    if let Some(milliseconds) = reconnect_delay(event) {
        push_retry(text, milliseconds);
    }
    if let Some(cursor) = event.cursor() {
        let _ = writeln!(text, "id: {cursor}");
    }
    let _ = write!(text, "data: {}\n\n", events::json(event));
}

/// How long a client waits after this event, where many clients get it together.
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
