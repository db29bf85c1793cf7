//! A stream that is watched.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use http::header::HeaderName;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout_at;

use super::site::{Site, Trouble};
use crate::cli::doctor::answer::Head;
use crate::cli::doctor::sse::{Event, Parser};

/// Where the stream is.
pub const PATH: &str = "/api/v1/notifications/stream/";

/// How a stream is asked for.
#[derive(Default)]
pub struct Wish<'a> {
    /// The token of the header.
    pub bearer: Option<&'a str>,
    /// The token of the URL.
    pub query: Option<&'a str>,
    pub last_event_id: Option<i64>,
    pub accept_encoding: Option<&'a str>,
}

/// An event, and when it came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub event: Event,
    /// Since the stream was asked for.
    pub after: Duration,
    pub at: DateTime<Utc>,
}

/// A stream and all that was heard of it. Dropping it closes it.
pub struct Stream<'a> {
    pub head: Head,
    pub heard: Vec<Heard>,
    pub has_ended: bool,
    site: &'a Site,
    asked: Instant,
    body: Incoming,
    parser: Parser,
}

impl<'a> Stream<'a> {
    pub async fn ask(site: &'a Site, wish: &Wish<'_>) -> Result<Self, Trouble> {
        let path = match wish.query {
            Some(token) => format!("{PATH}?token={token}"),
            None => PATH.to_owned(),
        };
        let mut question = site.request(Method::GET, &path);
        if let Some(token) = wish.bearer {
            question = question.bearer(token);
        }
        if let Some(cursor) = wish.last_event_id {
            let name = HeaderName::from_static("last-event-id");
            question = question.header(name, &cursor.to_string());
        }
        if let Some(encodings) = wish.accept_encoding {
            question = question.accept_encoding(encodings);
        }
        let asked = Instant::now();
        let (head, body) = site.begin(question).await?;
        Ok(Self {
            head,
            heard: vec![],
            has_ended: false,
            site,
            asked,
            body,
            parser: Parser::default(),
        })
    }

    /// Whether it was answered as a stream at all.
    pub fn is_open(&self) -> bool {
        self.head.status == StatusCode::OK
    }

    /// How long ago it was asked for.
    pub fn age(&self) -> Duration {
        self.asked.elapsed()
    }

    /// The first event.
    pub fn first(&self) -> Option<&Heard> {
        self.heard.first()
    }

    /// Those of a kind.
    pub fn of_kind<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Heard> {
        self.heard
            .iter()
            .filter(move |heard| heard.event.kind() == kind)
    }

    /// Listens until enough was heard, or until it is so old, or until it ends.
    pub async fn listen(&mut self, until_age: Duration, is_enough: impl Fn(&Self) -> bool) {
        let deadline = (self.asked + until_age).into();
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
        let (after, at) = (self.age(), self.site.clock.now());
        let events = self.parser.push(piece).into_iter();
        self.heard
            .extend(events.map(|event| Heard { event, after, at }));
    }
}
