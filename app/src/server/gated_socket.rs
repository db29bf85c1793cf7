//! The socket below hyper. It discards hyper's own error responses, which do not have our error format.

use std::io::{ErrorKind, IoSlice, Result};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::delivery::Delivery;

/// The state of the request in flight. There is one at a time, and a single task uses this.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<State>>);

/// A request until its whole response has been produced: dropped with the body.
pub(super) struct InFlightRequest(InFlight);

#[derive(Default)]
struct State {
    phase: Phase,
    /// The response that is being written.
    delivery: Option<Delivery>,
}

#[derive(Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Idle,
    Answering,
    /// The whole response has been produced; a part may not be written yet.
    Answered,
}

impl InFlight {
    pub(super) fn begin(&self) -> InFlightRequest {
        self.state().phase = Phase::Answering;
        InFlightRequest(self.clone())
    }

    pub(super) fn is_idle(&self) -> bool {
        self.state().phase == Phase::Idle
    }

    /// When the client must have read the response that is being written.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.state().delivery.as_ref().map(Delivery::deadline)
    }

    fn flushed(&self) {
        let mut state = self.state();
        if state.phase == Phase::Answered {
            *state = State::default();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlightRequest {
    /// Keeps the delivery until the response has been written.
    pub(super) fn deliver(&self, delivery: Delivery) {
        self.0.state().delivery = Some(delivery);
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        self.0.state().phase = Phase::Answered;
    }
}

/// A socket that discards what hyper writes without a request. The watcher of disconnects shares it.
pub(super) struct GatedSocket {
    pub(super) socket: Arc<TcpStream>,
    pub(super) in_flight: InFlight,
}

impl AsyncRead for GatedSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        loop {
            ready!(self.socket.poll_read_ready(task))?;
            match self.socket.try_read_buf(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl AsyncWrite for GatedSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.poll_write_vectored(task, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        if self.in_flight.is_idle() {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        loop {
            ready!(self.socket.poll_write_ready(task))?;
            match self.socket.try_write_vectored(parts) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        // Hyper flushes when it has nothing left to write; the socket itself has no buffer.
        self.in_flight.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(SockRef::from(&*self.socket).shutdown(Shutdown::Write))
    }
}

/// Ready when the client has closed or reset its connection. A client that has sent more, such as its next
/// request, is still connected.
pub(super) async fn closed(socket: Weak<TcpStream>) {
    let Some(socket) = socket.upgrade() else {
        return;
    };
    let is_open = socket.peek(&mut [0]).await.is_ok_and(|bytes| bytes > 0);
    if is_open {
        std::future::pending::<()>().await;
    }
}
