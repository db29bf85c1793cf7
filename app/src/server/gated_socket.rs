//! The socket under hyper, on which only requests are answered: what hyper itself says to a client
//! whose request it cannot read has not the one shape of errors, and is thrown away.

use std::io::{ErrorKind, IoSlice, Result};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::delivery::Delivery;

/// Nobody has asked for anything that is not answered.
const IDLE: u8 = 0;
/// A request is being answered.
const ANSWERING: u8 = 1;
/// All of an answer is there; some of it may not be written yet.
const ANSWERED: u8 = 2;

/// Whether a request of the connection is being answered; one task looks at it, and there is one
/// request at a time.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<State>);

/// The time until all of an answer is there: to be dropped with the body.
pub(super) struct InFlightRequest(Arc<State>);

#[derive(Default)]
struct State {
    phase: AtomicU8,
    /// The answer that is being written.
    delivery: Mutex<Option<Delivery>>,
}

impl State {
    fn delivery(&self) -> MutexGuard<'_, Option<Delivery>> {
        self.delivery.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    pub(super) fn begin(&self) -> InFlightRequest {
        self.0.phase.store(ANSWERING, Ordering::Relaxed);
        InFlightRequest(self.0.clone())
    }

    pub(super) fn is_idle(&self) -> bool {
        self.0.phase.load(Ordering::Relaxed) == IDLE
    }

    /// When the client must have read the answer that is being written, if there is one.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.delivery().as_ref().map(Delivery::until)
    }

    fn flushed(&self) {
        let phase = &self.0.phase;
        let answered = phase.compare_exchange(ANSWERED, IDLE, Ordering::Relaxed, Ordering::Relaxed);
        if answered.is_ok() {
            *self.0.delivery() = None;
        }
    }
}

impl InFlightRequest {
    /// The answer is there; until it is written, this is kept.
    pub(super) fn deliver(&self, delivery: Delivery) {
        *self.0.delivery() = Some(delivery);
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        self.0.phase.store(ANSWERED, Ordering::Relaxed);
    }
}

/// A socket that discards what hyper writes on its own. Shared with the watcher for the client's end.
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
        // Asked for once hyper has nothing left to write; the socket itself keeps nothing back.
        self.in_flight.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(SockRef::from(&*self.socket).shutdown(Shutdown::Write))
    }
}

/// Ready when the client has closed or reset its connection. One that has sent more meanwhile, such as
/// its next request, counts as being there.
pub(super) async fn closed(socket: Weak<TcpStream>) {
    let Some(socket) = socket.upgrade() else {
        return;
    };
    let is_open = socket.peek(&mut [0]).await.is_ok_and(|bytes| bytes > 0);
    if is_open {
        std::future::pending::<()>().await;
    }
}
