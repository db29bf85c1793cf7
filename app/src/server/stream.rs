//! A connection that has become a stream: it sends frames, and any byte from the client ends it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use http::header::{HeaderValue, TRANSFER_ENCODING};
use leopard_openapi::request_id::RequestId;
use leopard_openapi::stream::{EventStream, Handover};
use poem::Response;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use super::accept::Context as ServerContext;
use super::connection_limit::ConnectionPermit;
use super::framing::Framing;
use super::head::head;

/// How long the last write may take once the stream has ended.
const LAST_WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection whose last request has opened a stream.
pub(super) struct OpenedStream {
    pub(super) socket: TcpStream,
    pub(super) response: Response,
    /// Whether the client has sent anything after that request.
    pub(super) has_sent_more: bool,
}

impl OpenedStream {
    /// Sends the head of the response and then its stream, until one side ends it, in a task of its own: an idle
    /// stream keeps nothing of its request, and not the task of its connection.
    #[expect(
        clippy::disallowed_methods,
        reason = "it holds the context, so the drain waits for it"
    )]
    pub(super) fn spawn(self, permit: ConnectionPermit, context: &ServerContext) {
        let Self { socket, mut response, has_sent_more } = self;
        let framing = Framing::of(response.version());
        if framing == Framing::Chunked {
            let chunked = HeaderValue::from_static("chunked");
            response.headers_mut().insert(TRANSFER_ENCODING, chunked);
        }
        let extensions = response.extensions();
        let Some(events) = extensions.get::<Handover>().and_then(Handover::take) else { return };
        let request_id = extensions.get::<RequestId>().cloned();
        let record = Box::new(Record { opened_at: Instant::now(), request_id, _permit: permit });
        tokio::spawn(Stream {
            unsent: Some(Box::new(Unsent { bytes: head(&response, context), ..Unsent::default() })),
            socket,
            events,
            framing,
            has_sent_more,
            is_complete: false,
            record,
            _draining: context.draining.clone(),
        });
    }
}

/// An open stream. A node holds tens of thousands, so rare states and the record of its end are boxed.
struct Stream {
    socket: TcpStream,
    events: EventStream,
    framing: Framing,
    /// What the client has not taken yet.
    unsent: Option<Box<Unsent>>,
    has_sent_more: bool,
    /// Whether the end of the body was sent, or is unsent.
    is_complete: bool,
    record: Box<Record>,
    /// The drain waits until it is dropped.
    _draining: watch::Receiver<bool>,
}

/// With the 104 bytes that the runtime adds to a task, 384: a size of the allocator.
const _: () = assert!(size_of::<Stream>() <= 280);

/// What is needed at the end of a stream.
struct Record {
    opened_at: Instant,
    request_id: Option<RequestId>,
    _permit: ConnectionPermit,
}

impl Future for Stream {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        // Write first, so that a client that sends more still gets the head.
        if self.poll_send(task).is_pending() {
            ready!(self.poll_interrupted(task));
        }
        let _ = ready!(Pin::new(&mut self.socket).poll_shutdown(task));
        let seconds = self.record.opened_at.elapsed().as_secs();
        let request_id = self.record.request_id.as_ref().map_or("", |id| id.0.as_str());
        tracing::info!(target: "access", seconds, request_id, "stream ended");
        Poll::Ready(())
    }
}

impl Stream {
    /// Sends frames. Ready when the body has ended, or the client does not take it.
    fn poll_send(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let mut unsent = self.unsent.take().map_or_else(Unsent::default, |unsent| *unsent);
        loop {
            if !unsent.is_blocked {
                match self.events.poll_frames(task) {
                    Poll::Ready(Some(frames)) => {
                        self.framing.push_piece(&mut unsent.bytes, &frames);
                    }
                    Poll::Ready(None) => {
                        unsent.bytes.extend_from_slice(self.framing.end());
                        self.is_complete = true;
                    }
                    Poll::Pending if unsent.bytes.is_empty() => return Poll::Pending,
                    Poll::Pending => {}
                }
            }
            match unsent.poll_write(&mut self.socket, task) {
                Poll::Ready(Ok(())) if !self.is_complete => unsent = Unsent::default(),
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => {
                    // A client that does not read cannot delay the end of its stream.
                    let overdue = self.events.poll_ended(task).is_ready()
                        && unsent.poll_last_write_timeout(task).is_ready();
                    self.unsent = Some(Box::new(unsent));
                    return if overdue { Poll::Ready(()) } else { Poll::Pending };
                }
            }
        }
    }

    /// Ready when the client has closed or reset the connection, or has sent anything: reading its data without
    /// end would waste CPU.
    fn poll_interrupted(&mut self, task: &mut Context<'_>) -> Poll<()> {
        if self.has_sent_more {
            return Poll::Ready(());
        }
        let mut byte = [0];
        Pin::new(&mut self.socket).poll_read(task, &mut ReadBuf::new(&mut byte)).map(drop)
    }
}

/// Bytes that a client has not taken yet.
#[derive(Default)]
struct Unsent {
    bytes: Vec<u8>,
    /// How many of them the client has taken.
    sent: usize,
    /// Whether the client has to take some before it gets more.
    is_blocked: bool,
    /// Set once the stream has ended.
    timeout: Option<Pin<Box<Sleep>>>,
}

impl Unsent {
    fn poll_write(
        &mut self,
        socket: &mut TcpStream,
        task: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.is_blocked = true;
        while self.sent < self.bytes.len() {
            self.sent += ready!(Pin::new(&mut *socket).poll_write(task, &self.bytes[self.sent..]))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_last_write_timeout(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let timeout = self.timeout.get_or_insert_with(|| Box::pin(sleep(LAST_WRITE_TIMEOUT)));
        timeout.as_mut().poll(task)
    }
}
