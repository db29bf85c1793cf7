use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_util::stream;
use leopard_core::stream::{LiveStream, StreamEvent};
use poem::Body;

use super::frame;
use super::stall::{STALL_TIMEOUT, end_when_stalled};

/// The most bytes that a stream renders at a time, apart from the last event.
const YIELD_AFTER: usize = 16 * 1024;
/// Room for the text of an ordinary event.
const FRAME: usize = 512;

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
pub struct EventStream {
    /// Absent when it has ended, or could not be opened.
    live: Option<LiveStream>,
    /// Events that are not rendered yet.
    rest: Option<Box<IntoIter<StreamEvent>>>,
    has_begun: bool,
    must_yield: bool,
}

impl EventStream {
    pub(super) fn live(stream: LiveStream) -> Self {
        Self { live: Some(stream), rest: None, has_begun: false, must_yield: false }
    }

    /// A stream of this event alone, after which the client reconnects.
    pub(super) fn refused(event: StreamEvent) -> Self {
        let rest = Some(Box::new(vec![event].into_iter()));
        Self { live: None, rest, has_begun: true, must_yield: false }
    }

    /// The next events as text, as soon as there are any; `None` when the stream has ended. Call it again when
    /// the client has taken the previous ones.
    pub async fn next_frames(&mut self) -> Option<Vec<u8>> {
        poll_fn(|context| self.poll_frames(context)).await
    }

    /// Polls for the text of [`Self::next_frames`].
    pub fn poll_frames(&mut self, context: &mut Context<'_>) -> Poll<Option<Vec<u8>>> {
        // A replay of large notifications yields to other requests.
        if std::mem::take(&mut self.must_yield) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut events = match (self.rest.take(), &mut self.live) {
            (Some(rest), _) => *rest,
            (None, Some(stream)) => {
                let Some(events) = ready!(stream.poll_next(context)) else {
                    self.live = None;
                    return Poll::Ready(None);
                };
                events.into_iter()
            }
            (None, None) => return Poll::Ready(None),
        };
        let mut text = Vec::with_capacity(FRAME);
        if !std::mem::replace(&mut self.has_begun, true) {
            frame::push_retry(&mut text, frame::RETRY_MILLISECONDS);
        }
        for event in events.by_ref() {
            self.log_failure(&event);
            frame::push_event(&mut text, &event);
            if text.len() > YIELD_AFTER {
                break;
            }
        }
        if events.len() > 0 {
            self.rest = Some(Box::new(events));
            self.must_yield = true;
        }
        Poll::Ready(Some(text))
    }

    /// The stream as the body of a response. It ends when the client stalls.
    pub(super) fn into_body(mut self) -> Body {
        let frames = stream::poll_fn(move |context| {
            self.poll_frames(context).map(|frames| frames.map(Ok::<_, io::Error>))
        });
        Body::from_bytes_stream(end_when_stalled(frames, STALL_TIMEOUT))
    }

    /// Polls for the time when the stream must end, with a few last frames or none. Poll it while the client
    /// takes its frames, because a client may never do so.
    pub fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.live {
            Some(stream) => stream.poll_ended(context),
            None => Poll::Ready(()),
        }
    }

    /// Logs the failure that aborts a stream.
    fn log_failure(&self, event: &StreamEvent) {
        if let (StreamEvent::Unavailable, Some(stream)) = (event, &self.live) {
            let failure = stream.failure();
            tracing::warn!(?failure, "stream aborted");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use leopard_core::domain::notification::Notification;

    use super::*;
    use crate::fixtures::notification;

    #[test]
    fn replay_of_large_notifications_is_rendered_in_pieces_with_pauses() {
        let event = |sequence| {
            let message = "x".repeat(YIELD_AFTER / 2);
            StreamEvent::Notification(Arc::new(Notification {
                sequence,
                message,
                ..notification()
            }))
        };
        let events: Vec<_> = (1..=6).map(event).collect();
        let rest = Some(Box::new(events.into_iter()));
        let mut stream = EventStream { live: None, rest, has_begun: true, must_yield: false };
        let mut context = Context::from_waker(Waker::noop());

        for first in [1, 3, 5] {
            let Poll::Ready(Some(piece)) = stream.poll_frames(&mut context) else {
                panic!("a piece from {first}");
            };
            let piece = String::from_utf8(piece).unwrap();
            let ids: Vec<_> = piece.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
            assert_eq!(ids, [first.to_string(), (first + 1).to_string()]);
            if first < 5 {
                assert!(stream.poll_frames(&mut context).is_pending());
            }
        }
        assert_eq!(stream.poll_frames(&mut context), Poll::Ready(None));
    }
}
