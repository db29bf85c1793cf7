//! A stream and its events.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::request::Builder;
use http::response::Parts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout_at;

use super::report::Finding;
use super::site::Site;
use super::sse::{Event, Parser};

/// The path of the stream.
pub const PATH: &str = "/api/v1/notifications/stream/";

/// An event, and when it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub event: Event,
    /// Since the request.
    pub delay: Duration,
    pub at: DateTime<Utc>,
}

/// The heartbeats among these events.
pub fn heartbeats(events: &[Received]) -> impl Iterator<Item = &Received> {
    events.iter().filter(|received| received.event.kind() == "heartbeat")
}

/// An open stream and the events so far. Dropping it closes it.
pub struct Stream<'a> {
    pub head: Parts,
    pub events: Vec<Received>,
    pub has_ended: bool,
    site: &'a Site,
    requested: Instant,
    body: Incoming,
    parser: Parser,
}

impl<'a> Stream<'a> {
    /// Sends the request and reads the head of the response, which may be that of an error.
    pub async fn open(site: &'a Site, request: Builder) -> Result<Self, Finding> {
        let requested = Instant::now();
        let (head, body) = site.open(request, Bytes::new()).await?;
        let (events, parser) = (vec![], Parser::default());
        Ok(Self { head, events, has_ended: false, site, requested, body, parser })
    }

    /// The time since the request.
    pub fn age(&self) -> Duration {
        self.requested.elapsed()
    }

    /// Reads events until there are enough, or until this time since the request, or until the end.
    pub async fn read(&mut self, until_age: Duration, is_enough: impl Fn(&[Received]) -> bool) {
        let deadline = (self.requested + until_age).into();
        while !self.has_ended && !is_enough(&self.events) {
            let Ok(frame) = timeout_at(deadline, self.body.frame()).await else {
                break;
            };
            match frame {
                Some(Ok(frame)) => self.take(frame.data_ref().map_or(&[], |piece| piece)),
                Some(Err(_)) | None => self.has_ended = true,
            }
        }
    }

    fn take(&mut self, piece: &[u8]) {
        let (delay, at) = (self.age(), self.site.clock.now());
        let events = self.parser.push(piece).into_iter();
        self.events.extend(events.map(|event| Received { event, delay, at }));
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An event of this type that arrived so many milliseconds after the request.
    pub fn received(kind: &str, milliseconds: u64) -> Received {
        Received {
            event: Event { id: None, data: serde_json::json!({ "type": kind }) },
            delay: Duration::from_millis(milliseconds),
            at: DateTime::UNIX_EPOCH,
        }
    }
}
