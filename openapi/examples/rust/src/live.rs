//! The stream.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use reqwest::StatusCode;
use reqwest::header::RETRY_AFTER;

use crate::types::{Problem, StreamEvent};
use crate::{ByteStream, Client, Error};

/// How long to wait where the server has not said.
const RETRY: Duration = Duration::from_secs(3);

/// The events of a user, over as many connections as it takes: an end of the stream is never final
/// while the token is valid.
pub struct Live {
    leopard: Client,
    /// The connection, and what has come by it of an event that is not whole.
    open: Option<(ByteStream, Vec<u8>)>,
    ready: VecDeque<StreamEvent>,
    /// What the next connection begins after.
    cursor: Option<String>,
    retry: Duration,
    has_ended: bool,
}

impl Live {
    /// The events from now on.
    pub fn new(leopard: &Client) -> Self {
        Self {
            leopard: leopard.clone(),
            open: None,
            ready: VecDeque::new(),
            cursor: None,
            retry: RETRY,
            has_ended: false,
        }
    }

    /// The next event, as soon as it comes; none once the token is not valid any more.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.has_ended = matches!(event, StreamEvent::TokenExpiredEvent(_));
                return Some(event);
            }
            if self.has_ended {
                return None;
            }
            match &mut self.open {
                Some((bytes, rest)) => match bytes.try_next().await {
                    Ok(Some(piece)) => {
                        rest.extend_from_slice(&piece);
                        self.take_events();
                    }
                    end => self.close(end.err()).await,
                },
                None => self.connect().await,
            }
        }
    }

    async fn connect(&mut self) {
        let mut request = self.leopard.stream_notifications();
        if let Some(cursor) = &self.cursor {
            request = request.last_event_id(cursor);
        }
        match request.send().await {
            Ok(answer) => self.open = Some((answer.into_inner(), vec![])),
            Err(error) if error.status() == Some(StatusCode::UNAUTHORIZED) => self.has_ended = true,
            Err(error) => {
                eprintln!("{error}");
                tokio::time::sleep(retry_after(&error).unwrap_or(self.retry)).await;
            }
        }
    }

    /// Ends the connection, which has ended or was cut off; the next one comes after a while.
    async fn close(&mut self, error: Option<reqwest::Error>) {
        if let Some(error) = error {
            eprintln!("{error}");
        }
        self.open = None;
        tokio::time::sleep(self.retry).await;
    }

    /// Takes what is whole.
    fn take_events(&mut self) {
        let Some((_, rest)) = &mut self.open else {
            return;
        };
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = rest.drain(..end + 2).collect();
            for line in event.split(|byte| *byte == b'\n') {
                if let Some(id) = line.strip_prefix(b"id: ") {
                    self.cursor = Some(String::from_utf8_lossy(id).into_owned());
                } else if let Some(retry) = line.strip_prefix(b"retry: ") {
                    let retry = String::from_utf8_lossy(retry).parse();
                    self.retry = retry.map_or(self.retry, Duration::from_millis);
                } else if let Some(data) = line.strip_prefix(b"data: ") {
                    // A later server may send events of other types.
                    self.ready.extend(serde_json::from_slice::<StreamEvent>(data));
                }
            }
        }
    }
}

/// How long a server wants to be left alone that is asked too much.
fn retry_after(error: &Error<Problem>) -> Option<Duration> {
    let Error::ErrorResponse(answer) = error else {
        return None;
    };
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}
