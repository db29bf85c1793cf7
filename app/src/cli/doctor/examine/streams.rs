//! What becomes of a stream on its way.

use std::time::Duration;

use serde_json::Value;

use crate::cli::doctor::check::heartbeat::{self, Rhythm};
use crate::cli::doctor::check::resume::{self, Resumption};
use crate::cli::doctor::check::second_stream::{self, Second};
use crate::cli::doctor::check::{clock, compression, first_event, stream_headers};
use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::look::login::Login;
use crate::cli::doctor::look::site::{Site, TIMEOUT, Trouble};
use crate::cli::doctor::look::stream::{Stream, Wish};
use crate::cli::doctor::report::Report;
use crate::cli::output::warn;

/// How long a heartbeat that is late is waited for.
const LATENESS: Duration = Duration::from_secs(5);

/// What can be seen once a stream has begun.
const OF_AN_OPEN_STREAM: [&str; 3] = [second_stream::CHECK, resume::CHECK, heartbeat::CHECK];

/// What the first event says.
struct Hello {
    newest: i64,
    heartbeat: Duration,
}

impl Hello {
    fn read(data: &Value) -> Option<Self> {
        Some(Self {
            newest: data["last_event_id"].as_str()?.parse().ok()?,
            heartbeat: Duration::from_secs(data["heartbeat_seconds"].as_u64()?),
        })
    }
}

/// Watches a stream until its first heartbeat, and another one beside it; hands over what the clock
/// was seen to be.
pub async fn look(site: &Site, login: &Login, report: &mut Report) -> Option<clock::Sample> {
    let mut stream = match open(site, login, report).await {
        Ok(stream) => stream,
        Err(finding) => {
            report.add(finding);
            report.add_not_checked(&OF_AN_OPEN_STREAM, "the stream does not open");
            return None;
        }
    };
    stream
        .listen(TIMEOUT, |stream| stream.first().is_some())
        .await;
    let first = stream.first().cloned();
    let first_seen = first.as_ref().map(|heard| (&heard.event, heard.after));
    report.add(first_event::judge(first_seen, TIMEOUT, stream.has_ended));
    let Some((first, hello)) = first.and_then(|first| {
        let hello = Hello::read(&first.event.data)?;
        Some((first, hello))
    }) else {
        report.add_not_checked(&OF_AN_OPEN_STREAM, "the stream does not begin");
        return None;
    };

    let longest = hello.heartbeat + LATENESS;
    let seconds = longest.as_secs();
    warn(format!("waiting for a heartbeat, up to {seconds} seconds"));
    let ((), (second, resumption)) = tokio::join!(
        stream.listen(longest, |stream| stream
            .of_kind("heartbeat")
            .next()
            .is_some()),
        open_second(site, login, hello.newest),
    );
    report.add(second_stream::judge(second));
    report.add(match resumption {
        Some(resumption) => resume::judge(&resumption, hello.newest),
        None => Finding::not_checked(resume::CHECK, "no second stream begins"),
    });
    let heartbeats: Vec<_> = stream.of_kind("heartbeat").collect();
    let beat = heartbeat::judge(&Rhythm {
        every: hello.heartbeat,
        first_event: first.after,
        heartbeats: heartbeats.iter().map(|heard| heard.after).collect(),
        watched: stream.age(),
        has_ended: stream.has_ended,
    });
    let is_prompt = beat.remedy.is_none();
    report.add(beat);
    // One that is held back tells no time.
    let heard = heartbeats.first().filter(|_| is_prompt)?;
    clock::Sample::of_heartbeat(heard.event.data["timestamp"].as_str()?, heard.at)
}

/// Opens a stream as a browser does, and again without compression where there is some.
async fn open<'a>(
    site: &'a Site,
    login: &Login,
    report: &mut Report,
) -> Result<Stream<'a>, Finding> {
    let mut wish = Wish {
        bearer: Some(&login.access),
        accept_encoding: Some(compression::ACCEPTED),
        ..Wish::default()
    };
    let stream = ask(site, &wish).await.inspect_err(|_| {
        let why = "the stream does not open";
        report.add_not_checked(&[stream_headers::CHECK, compression::CHECK], why);
    })?;
    report.add(stream_headers::judge(&stream.head));
    report.add(compression::judge(&stream.head));
    if !compression::is_compressed(&stream.head) {
        return Ok(stream);
    }
    wish.accept_encoding = None;
    ask(site, &wish).await
}

async fn ask<'a>(site: &'a Site, wish: &Wish<'_>) -> Result<Stream<'a>, Finding> {
    match Stream::ask(site, wish).await {
        Ok(stream) if stream.is_open() => Ok(stream),
        Ok(refused) => Err(first_event::refused(refused.head.status)),
        Err(Trouble(why)) => Err(Finding::problem(
            first_event::CHECK,
            why,
            first_event::REMEDY,
        )),
    }
}

/// Opens a stream beside the first one, which resumes shortly before the newest cursor.
async fn open_second(site: &Site, login: &Login, newest: i64) -> (Second, Option<Resumption>) {
    let asked = Resumption::cursor(newest);
    let wish = Wish {
        bearer: Some(&login.access),
        last_event_id: Some(asked),
        ..Wish::default()
    };
    let Ok(mut stream) = Stream::ask(site, &wish).await else {
        return (Second::Silent, None);
    };
    if !stream.is_open() {
        return (Second::Refused(stream.head.status), None);
    }
    stream
        .listen(TIMEOUT, |stream| stream.heard.len() > 1)
        .await;
    let mut heard = stream.heard.iter();
    let Some(first) = heard.next() else {
        return (Second::Silent, None);
    };
    let resumption = Resumption {
        asked,
        began: first.event.id,
        went_on: heard.next().and_then(|heard| heard.event.id),
    };
    (Second::Opened, Some(resumption))
}
