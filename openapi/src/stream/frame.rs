//! Events as text (the `text/event-stream` format of the HTML standard).

use std::fmt::Write;

use leopard_core::stream::event::StreamEvent;
use poem_openapi::types::ToJSON;

use super::union::StreamEventView;

/// How long a client waits before it comes back after a plain cut.
pub(super) const RETRY_MILLISECONDS: u64 = 3_000;

/// The least and the most that clients wait who were all sent away at once.
const SPREAD_MILLISECONDS: std::ops::RangeInclusive<u64> = 1_000..=10_000;

/// Says how long the client is to wait before it comes back.
pub(super) fn push_retry(text: &mut String, milliseconds: u64) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "retry: {milliseconds}");
}

/// Writes one event, and before it what belongs to it.
pub(super) fn push_event(text: &mut String, event: &StreamEvent) {
    if sends_everybody_away(event) {
        push_retry(text, spread());
    }
    if let Some(cursor) = event.cursor() {
        let _ = writeln!(text, "id: {cursor}");
    }
    let json = StreamEventView::from(event).to_json_string();
    let _ = write!(text, "data: {json}\n\n");
}

/// Whether many clients get this at once, so that they must not come back at once.
fn sends_everybody_away(event: &StreamEvent) -> bool {
    matches!(
        event,
        StreamEvent::ServerShutdown | StreamEvent::Unavailable
    )
}

fn spread() -> u64 {
    let (least, most) = SPREAD_MILLISECONDS.into_inner();
    let random = getrandom::u64().unwrap_or_default();
    least + random % (most - least + 1)
}

#[cfg(test)]
mod tests;
