//! The work on a request, which goes on without its client.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// The response to a request. If the client leaves, a request that may change something runs to its end in a
/// task of its own: otherwise a client that disconnects between a commit and its publication would delay the
/// event for all streams.
pub(super) struct Responding<T: Send + 'static> {
    /// `None` once it is ready or has panicked.
    future: Option<BoxFuture<T>>,
    ends_with_client: bool,
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<T: Send + 'static> Responding<T> {
    pub(super) fn new(future: BoxFuture<T>, ends_with_client: bool) -> Self {
        Self { future: Some(future), ends_with_client }
    }
}

impl<T: Send + 'static> Future for Responding<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        let Some(mut future) = self.future.take() else {
            return Poll::Pending;
        };
        let polled = future.as_mut().poll(task);
        if polled.is_pending() {
            self.future = Some(future);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Responding<T> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take()
            && !self.ends_with_client
            // Without a runtime the server has ended, and its work with it.
            && let Ok(runtime) = Handle::try_current()
        {
            // The future holds the context of the server, so the drain waits for it.
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::sync::oneshot;

    use super::*;

    /// Work that waits for the first channel and then answers on the second, after its client has left.
    fn abandoned(ends_with_client: bool) -> (oneshot::Sender<()>, oneshot::Receiver<()>) {
        let (go, gone) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let work = Box::pin(async move {
            let _ = gone.await;
            let _ = done.send(());
        });
        let mut responding = Box::pin(Responding::new(work, ends_with_client));
        let polled = responding.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        (go, is_done)
    }

    #[tokio::test]
    async fn change_goes_on_when_its_client_leaves() {
        let (go, is_done) = abandoned(false);
        go.send(()).unwrap();
        assert_eq!(is_done.await, Ok(()));
    }

    #[tokio::test]
    async fn read_ends_with_its_client() {
        let (go, is_done) = abandoned(true);
        assert!(go.is_closed() && is_done.await.is_err());
    }
}
