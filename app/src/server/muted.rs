//! The socket under hyper, on which only requests are answered: what hyper itself says to a client
//! whose request it cannot read has not the one shape of errors, and is thrown away.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Nobody has asked for anything that is not answered.
const IDLE: u8 = 0;
/// A request is being answered.
const ANSWERING: u8 = 1;
/// All of an answer is there; some of it may not be written yet.
const ANSWERED: u8 = 2;

/// Whether a request of the connection is being answered; one task looks at it, and there is one
/// request at a time.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<AtomicU8>);

/// The time until all of an answer is there: to be dropped with the body.
pub(super) struct Turn(Arc<AtomicU8>);

impl Turns {
    pub(super) fn begin(&self) -> Turn {
        self.0.store(ANSWERING, Ordering::Relaxed);
        Turn(self.0.clone())
    }

    pub(super) fn is_idle(&self) -> bool {
        self.0.load(Ordering::Relaxed) == IDLE
    }

    fn flushed(&self) {
        let _ = self
            .0
            .compare_exchange(ANSWERED, IDLE, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(ANSWERED, Ordering::Relaxed);
    }
}

/// A socket that takes answers alone.
pub(super) struct Muted {
    pub(super) socket: TcpStream,
    pub(super) turns: Turns,
}

impl AsyncRead for Muted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_read(task, buffer)
    }
}

impl AsyncWrite for Muted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        if self.turns.is_idle() {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.socket).poll_write(task, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        if self.turns.is_idle() {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        Pin::new(&mut self.socket).poll_write_vectored(task, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<()>> {
        // Asked for once hyper has nothing left to write.
        ready!(Pin::new(&mut self.socket).poll_flush(task))?;
        self.turns.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(task)
    }
}
