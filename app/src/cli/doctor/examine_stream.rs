//! The checks of an open stream.

use std::time::Duration;

use chrono::TimeDelta;
use http::StatusCode;
use http::header::ACCEPT_ENCODING;
use http::request::Builder;
use tokio::time::timeout;

use super::check::clock::offset_of_heartbeat;
use super::check::{delivery, stream as check};
use super::report::{Finding, Grade, Report};
use super::site::{Site, TIMEOUT};
use super::stream::{PATH, Received, Stream, heartbeats};
use crate::cli::output::warn;

/// How long to wait for a heartbeat that is late.
const LATENESS: Duration = Duration::from_secs(5);

/// How long to wait for a stream of which only the log matters.
const SHORT: Duration = Duration::from_secs(2);

/// Watches a stream until its first heartbeat, and a second one beside it. Returns the offset of the server's
/// clock, or why the remaining checks are skipped.
pub async fn examine(
    site: &Site,
    access: &str,
    report: &mut Report,
) -> Result<Option<TimeDelta>, &'static str> {
    let mut stream = open_first(site, access, report).await?;
    stream.read(TIMEOUT, |events| !events.is_empty()).await;
    report.add("first event", check::first_event(&stream.events, TIMEOUT, stream.has_ended));
    let established = stream.events.first().and_then(established);
    let (newest, interval) = established.ok_or("the stream sends no valid first event")?;

    let longest = interval + LATENESS;
    warn(format!("waiting for a heartbeat, up to {} seconds", longest.as_secs()));
    let has_heartbeat = |events: &[Received]| heartbeats(events).next().is_some();
    let second = open_second(site, access, delivery::cursor_before(newest));
    let ((), (status, ids)) = tokio::join!(stream.read(longest, has_heartbeat), second);
    report.add("second stream", check::second_stream(status, !ids.is_empty()));
    report.add("resume", delivery::resume(newest, &ids));
    let (age, has_ended) = (stream.age(), stream.has_ended);
    let finding = delivery::heartbeat(interval, &stream.events, age, has_ended);
    // A heartbeat that is held back does not show the time.
    let is_prompt = finding.grade == Grade::Ok;
    report.add("heartbeat", finding);
    let first = heartbeats(&stream.events).next().filter(|_| is_prompt);
    Ok(first
        .and_then(|first| offset_of_heartbeat(first.event.data["timestamp"].as_str()?, first.at)))
}

/// The newest id and the interval of heartbeats, by the first event.
fn established(first: &Received) -> Option<(i64, Duration)> {
    let data = &first.event.data;
    let newest = data["last_event_id"].as_str()?.parse().ok()?;
    Some((newest, Duration::from_secs(data["heartbeat_seconds"].as_u64()?)))
}

/// Opens a stream with a token in its URL until its first event. A buffered stream is logged too, once its
/// client has left.
pub async fn open_by_url(site: &Site, token: &str) {
    let request = site.get(&format!("{PATH}?token={token}"));
    let _ = timeout(SHORT, async {
        if let Ok(mut stream) = Stream::open(site, request).await {
            stream.read(SHORT, |events| !events.is_empty()).await;
        }
    })
    .await;
}

/// Opens a stream as a browser does, and again without compression if it is compressed.
async fn open_first<'a>(
    site: &'a Site,
    access: &str,
    report: &mut Report,
) -> Result<Stream<'a>, &'static str> {
    let request = || site.get_as(access, PATH);
    let mut opened = open(site, request().header(ACCEPT_ENCODING, check::ENCODINGS)).await;
    if let Ok(stream) = &opened {
        report.add("headers of the stream", check::headers(&stream.head));
        report.add("compression", check::compression(&stream.head));
        if check::is_compressed(&stream.head) {
            opened = open(site, request()).await;
        }
    }
    let why = "the stream does not open";
    opened.map_err(|finding| {
        report.skip_until("first event", why);
        report.add("first event", finding);
        why
    })
}

async fn open(site: &Site, request: Builder) -> Result<Stream<'_>, Finding> {
    match Stream::open(site, request).await {
        Ok(stream) if stream.head.status == StatusCode::OK => Ok(stream),
        Ok(refused) => Err(check::refused(refused.head.status)),
        Err(finding) => Err(check::unanswered(finding.detail)),
    }
}

/// Opens a stream beside the first one, which resumes from this cursor. Returns the status of its response, and
/// the ids of its first two events.
async fn open_second(
    site: &Site,
    access: &str,
    cursor: i64,
) -> (Option<StatusCode>, Vec<Option<i64>>) {
    let request = site.get_as(access, PATH).header("last-event-id", cursor);
    let Ok(mut stream) = Stream::open(site, request).await else {
        return (None, vec![]);
    };
    if stream.head.status == StatusCode::OK {
        stream.read(TIMEOUT, |events| events.len() > 1).await;
    }
    let ids = stream.events.iter().map(|received| received.event.id).collect();
    (Some(stream.head.status), ids)
}
