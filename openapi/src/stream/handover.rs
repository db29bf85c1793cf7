use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::unfold;
use leopard_core::stream::{LiveStream, StreamEvent};
use poem::Body;
use tokio::task::yield_now;

use super::frame;
use super::stall::{STALL_TIMEOUT, end_when_stalled};

/// The most bytes that a stream renders at a time, apart from the last event.
const YIELD_AFTER: usize = 16 * 1024;

/// An open stream in the extensions of a response: the server takes it and writes its frames. Dropping it
/// closes the stream.
#[derive(Clone)]
pub struct Handover(Arc<Mutex<Option<EventStream>>>);

impl Handover {
    pub(super) fn of(stream: EventStream) -> Self {
        Self(Arc::new(Mutex::new(Some(stream))))
    }

    /// The stream, the first time; nothing afterwards.
    #[must_use]
    pub fn take(&self) -> Option<EventStream> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.take()
    }
}

/// An open stream as text. Dropping it closes the stream.
pub struct EventStream(State);

enum State {
    Begins(Box<LiveStream>),
    Lives(Box<LiveStream>),
    /// It could not be opened: the client reconnects after this event.
    Refused(StreamEvent),
    Ended,
}

impl EventStream {
    pub(super) fn live(stream: LiveStream) -> Self {
        Self(State::Begins(Box::new(stream)))
    }

    /// A stream of this event alone.
    pub(super) fn refused(event: StreamEvent) -> Self {
        Self(State::Refused(event))
    }

    /// The next events as text, as soon as there are any; `None` when the stream has ended. Call it again when
    /// the client has taken the previous ones.
    pub async fn next_frames(&mut self) -> Option<Bytes> {
        let mut text = String::new();
        let events = match &mut self.0 {
            State::Begins(stream) => {
                frame::push_retry(&mut text, frame::RETRY_MILLISECONDS);
                stream.next().await
            }
            State::Lives(stream) => stream.next().await,
            State::Refused(event) => Some(vec![event.clone()]),
            State::Ended => None,
        };
        self.0 = match std::mem::replace(&mut self.0, State::Ended) {
            State::Begins(stream) | State::Lives(stream) if events.is_some() => {
                State::Lives(stream)
            }
            _ => State::Ended,
        };
        let mut since_yield = 0;
        for event in events? {
            self.log_failure(&event);
            frame::push_event(&mut text, &event);
            // A replay of large notifications lets other requests take their turns.
            if text.len() - since_yield > YIELD_AFTER {
                since_yield = text.len();
                yield_now().await;
            }
        }
        Some(Bytes::from(text))
    }

    /// The stream as the body of a response. It ends when the client stalls.
    pub(super) fn into_body(self) -> Body {
        let frames = unfold(self, |mut stream| async move {
            let frames = stream.next_frames().await?;
            Some((Ok::<_, io::Error>(frames), stream))
        });
        Body::from_bytes_stream(end_when_stalled(frames, STALL_TIMEOUT))
    }

    /// Completes when the stream must end, with a few last frames or none. Await it while the client takes its
    /// frames, because a client may never do so.
    pub async fn ended(&mut self) {
        match &mut self.0 {
            State::Begins(stream) | State::Lives(stream) => stream.ended().await,
            State::Refused(_) | State::Ended => {}
        }
    }

    /// Logs the failure that aborts a stream.
    fn log_failure(&self, event: &StreamEvent) {
        if let (StreamEvent::Unavailable, State::Lives(stream)) = (event, &self.0) {
            let failure = stream.failure();
            tracing::warn!(?failure, "stream aborted");
        }
    }
}
