//! Ends a stream whose client does not read.

use std::pin::pin;
use std::time::Duration;

use futures_util::stream::{Stream, StreamExt, unfold};
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;

/// How long a client may leave what was sent to it unread.
pub const STALL_TIMEOUT: Duration = Duration::from_mins(1);

/// The items of a stream, which is dropped with the result, and when an item has waited for this time for the
/// previous one to be taken. A server polls no body while its client does not read, so a task of its own has to
/// watch the time.
pub(super) fn end_when_stalled<T: Send + 'static>(
    stream: impl Stream<Item = T> + Send + 'static,
    limit: Duration,
) -> impl Stream<Item = T> + Send {
    let (sender, receiver) = channel(1);
    #[expect(clippy::disallowed_methods, reason = "the task ends with the response or the limit")]
    tokio::spawn(forward(stream, sender, limit));
    unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) })
}

async fn forward<T>(stream: impl Stream<Item = T>, sender: Sender<T>, limit: Duration) {
    let mut stream = pin!(stream);
    loop {
        let item = tokio::select! {
            biased;
            () = sender.closed() => return,
            item = stream.next() => item,
        };
        let Some(item) = item else { return };
        let Ok(Ok(())) = timeout(limit, sender.send(item)).await else { return };
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::{pending, repeat};
    use tokio::sync::oneshot;

    use super::*;

    const SHORT: Duration = Duration::from_millis(200);
    const LONG: Duration = Duration::from_mins(1);

    /// A stream, and a receiver that fails when the stream is dropped.
    fn observed<T>(
        stream: impl Stream<Item = T>,
    ) -> (impl Stream<Item = T>, oneshot::Receiver<()>) {
        let (guard, dropped) = oneshot::channel();
        let stream = stream.map(move |item| {
            let _ = &guard;
            item
        });
        (stream, dropped)
    }

    #[tokio::test]
    async fn stream_ends_when_its_items_are_not_taken() {
        let (endless, dropped) = observed(repeat(1));
        let body = end_when_stalled(endless, SHORT);
        assert!(timeout(LONG, dropped).await.is_ok(), "the stream is kept");
        assert_eq!(body.collect::<Vec<_>>().await, [1]);
    }

    #[tokio::test]
    async fn stream_stays_open_without_items_and_while_they_are_taken() {
        let numbers = repeat(1).take(1_000).chain(pending());
        let mut body = pin!(end_when_stalled(numbers, SHORT));
        for _ in 0..1_000 {
            assert_eq!(body.next().await, Some(1));
        }
        assert!(timeout(3 * SHORT, body.next()).await.is_err());
    }

    #[tokio::test]
    async fn dropped_response_drops_the_stream() {
        let (silent, dropped) = observed(pending::<()>());
        drop(end_when_stalled(silent, LONG));
        assert!(timeout(LONG, dropped).await.is_ok(), "the stream is kept");
    }
}
