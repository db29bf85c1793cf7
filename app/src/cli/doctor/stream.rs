//! A stream and its events.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout_at;

use super::response::Head;
use super::site::{RequestError, Site, SiteRequest};
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

/// An open stream and the events so far. Dropping it closes it.
pub struct Stream<'a> {
    pub head: Head,
    pub events: Vec<Received>,
    pub has_ended: bool,
    site: &'a Site,
    requested: Instant,
    body: Incoming,
    parser: Parser,
}

impl<'a> Stream<'a> {
    pub async fn open(site: &'a Site, request: SiteRequest) -> Result<Self, RequestError> {
        let requested = Instant::now();
        let (head, body) = site.open(request).await?;
        Ok(Self {
            head,
            events: vec![],
            has_ended: false,
            site,
            requested,
            body,
            parser: Parser::default(),
        })
    }

    /// Whether the response is a stream.
    pub fn is_open(&self) -> bool {
        self.head.status == StatusCode::OK
    }

    /// The time since the request.
    pub fn age(&self) -> Duration {
        self.requested.elapsed()
    }

    /// The first event.
    pub fn first(&self) -> Option<&Received> {
        self.events.first()
    }

    /// The events of a type.
    pub fn of_kind<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Received> {
        self.events.iter().filter(move |received| received.event.kind() == kind)
    }

    /// Reads events until there are enough, or until this time since the request, or until the end.
    pub async fn read(&mut self, until_age: Duration, is_enough: impl Fn(&Self) -> bool) {
        let deadline = (self.requested + until_age).into();
        while !self.has_ended && !is_enough(self) {
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
