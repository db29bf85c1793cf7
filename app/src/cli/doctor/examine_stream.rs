//! The checks of an open stream.

use std::time::Duration;

use http::Method;
use http::header::{ACCEPT_ENCODING, HeaderName};
use serde_json::Value;
use tokio::time::timeout;

use super::check::clock::Sample;
use super::check::delivery::{self, Resumption, Rhythm};
use super::check::name::{
    COMPRESSION, FIRST_EVENT, HEARTBEAT, RESUME, SECOND_STREAM, STREAM_HEADERS,
};
use super::check::stream::{self as check, SecondStream};
use super::finding::{Finding, Grade, not_checked};
use super::login::Login;
use super::report::Report;
use super::site::{RequestError, Site, SiteRequest, TIMEOUT};
use super::stream::{PATH, Stream};
use crate::cli::output::warn;

/// How long to wait for a heartbeat that is late.
const LATENESS: Duration = Duration::from_secs(5);

/// How long to wait for a stream of which only the log matters.
const SHORT: Duration = Duration::from_secs(2);

/// The checks that need an open stream.
const OF_AN_OPEN_STREAM: [&str; 3] = [SECOND_STREAM, RESUME, HEARTBEAT];

/// The content of the first event.
struct Established {
    newest: i64,
    heartbeat: Duration,
}

impl Established {
    fn read(data: &Value) -> Option<Self> {
        Some(Self {
            newest: data["last_event_id"].as_str()?.parse().ok()?,
            heartbeat: Duration::from_secs(data["heartbeat_seconds"].as_u64()?),
        })
    }
}

/// Watches a stream until its first heartbeat, and a second one beside it; returns a sample of the server's
/// clock.
pub async fn examine(site: &Site, login: &Login, report: &mut Report) -> Option<Sample> {
    let mut stream = match open(site, login, report).await {
        Ok(stream) => stream,
        Err(finding) => {
            report.add(FIRST_EVENT, finding);
            report.add_not_checked(&OF_AN_OPEN_STREAM, "the stream does not open");
            return None;
        }
    };
    stream.read(TIMEOUT, |stream| stream.first().is_some()).await;
    let first = stream.first().cloned();
    let event = first.as_ref().map(|first| (&first.event, first.delay));
    report.add(FIRST_EVENT, check::first_event(event, TIMEOUT, stream.has_ended));
    let established = first.and_then(|first| {
        let established = Established::read(&first.event.data)?;
        Some((first.delay, established))
    });
    let Some((first_event, Established { newest, heartbeat })) = established else {
        report.add_not_checked(&OF_AN_OPEN_STREAM, "the stream does not begin");
        return None;
    };

    let longest = heartbeat + LATENESS;
    let seconds = longest.as_secs();
    warn(format!("waiting for a heartbeat, up to {seconds} seconds"));
    let has_heartbeat = |stream: &Stream<'_>| stream.of_kind("heartbeat").next().is_some();
    let ((), (second, resumption)) =
        tokio::join!(stream.read(longest, has_heartbeat), open_second(site, login, newest),);
    report.add(SECOND_STREAM, check::second_stream(second));
    report.add(
        RESUME,
        match resumption {
            Some(resumption) => delivery::resume(&resumption, newest),
            None => not_checked("no second stream begins"),
        },
    );
    let heartbeats: Vec<_> = stream.of_kind("heartbeat").collect();
    let finding = delivery::heartbeat(&Rhythm {
        interval: heartbeat,
        first_event,
        heartbeats: heartbeats.iter().map(|received| received.delay).collect(),
        watched: stream.age(),
        has_ended: stream.has_ended,
    });
    // A heartbeat that is held back does not show the time.
    let is_prompt = finding.grade == Grade::Ok;
    report.add(HEARTBEAT, finding);
    let received = heartbeats.first().filter(|_| is_prompt)?;
    Sample::of_heartbeat(received.event.data["timestamp"].as_str()?, received.at)
}

/// Opens a stream with a token in its URL until its first event. A buffered stream is logged too, once its
/// client has left.
pub async fn open_by_url(site: &Site, token: &str) {
    let request = site.request(Method::GET, &format!("{PATH}?token={token}"));
    let _ = timeout(SHORT, async {
        if let Ok(mut stream) = Stream::open(site, request).await {
            stream.read(SHORT, |stream| stream.first().is_some()).await;
        }
    })
    .await;
}

/// Opens a stream as a browser does, and again without compression if it is compressed.
async fn open<'a>(
    site: &'a Site,
    login: &Login,
    report: &mut Report,
) -> Result<Stream<'a>, Finding> {
    let request = || site.request(Method::GET, PATH).bearer(&login.access);
    let as_browser = request().header(ACCEPT_ENCODING, check::ENCODINGS);
    let stream = open_or_refuse(site, as_browser).await.inspect_err(|_| {
        let why = "the stream does not open";
        report.add_not_checked(&[STREAM_HEADERS, COMPRESSION], why);
    })?;
    report.add(STREAM_HEADERS, check::headers(&stream.head));
    report.add(COMPRESSION, check::compression(&stream.head));
    if check::is_compressed(&stream.head) {
        return open_or_refuse(site, request()).await;
    }
    Ok(stream)
}

async fn open_or_refuse(site: &Site, request: SiteRequest) -> Result<Stream<'_>, Finding> {
    match Stream::open(site, request).await {
        Ok(stream) if stream.is_open() => Ok(stream),
        Ok(refused) => Err(check::refused(refused.head.status)),
        Err(RequestError(error)) => Err(check::unanswered(error)),
    }
}

/// Opens a stream beside the first one, which resumes shortly before the newest event.
async fn open_second(
    site: &Site,
    login: &Login,
    newest: i64,
) -> (SecondStream, Option<Resumption>) {
    let cursor = Resumption::cursor(newest);
    let request = site.request(Method::GET, PATH).bearer(&login.access);
    let last_event_id = HeaderName::from_static("last-event-id");
    let request = request.header(last_event_id, &cursor.to_string());
    let Ok(mut stream) = Stream::open(site, request).await else {
        return (SecondStream::Silent, None);
    };
    if !stream.is_open() {
        return (SecondStream::Refused(stream.head.status), None);
    }
    stream.read(TIMEOUT, |stream| stream.events.len() > 1).await;
    let ids: Vec<_> = stream.events.iter().map(|received| received.event.id).collect();
    let Some(first) = ids.first() else {
        return (SecondStream::Silent, None);
    };
    let resumption = Resumption { cursor, first: *first, second: ids.get(1).copied().flatten() };
    (SecondStream::Opened, Some(resumption))
}
