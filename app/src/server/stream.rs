//! A connection that has become a stream: it sends frames, and any byte from the client ends it.

use std::time::{Duration, Instant};

use bytes::Buf;
use http::header::{HeaderValue, TRANSFER_ENCODING};
use leopard_openapi::request_id::RequestId;
use leopard_openapi::stream::{EventStream, Handover};
use poem::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::timeout;

use super::accept::Context;
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

/// Sends the head of the response and then its stream, until one side ends it.
pub(super) async fn run(opened: OpenedStream, context: Context) {
    let OpenedStream { mut socket, mut response, has_sent_more } = opened;
    let framing = Framing::of(response.version());
    if framing == Framing::Chunked {
        let chunked = HeaderValue::from_static("chunked");
        response.headers_mut().insert(TRANSFER_ENCODING, chunked);
    }
    let head = head(&response, &context);
    let events = response.extensions().get::<Handover>().and_then(Handover::take);
    let request_id = response.extensions().get::<RequestId>().cloned();
    let opened_at = Instant::now();
    // An open stream keeps nothing else of its request.
    drop((response, context));
    let Some(events) = events else { return };
    pump(&mut socket, head, events, framing, has_sent_more).await;
    let _ = socket.shutdown().await;
    let seconds = opened_at.elapsed().as_secs();
    let request_id = request_id.map_or(String::new(), |id| id.0);
    tracing::info!(target: "access", seconds, request_id, "stream ended");
}

async fn pump(
    socket: &mut TcpStream,
    head: Vec<u8>,
    mut events: EventStream,
    framing: Framing,
    has_sent_more: bool,
) {
    let (mut reader, mut writer) = socket.split();
    let writing = async {
        let mut open = write(&mut writer, &mut head.as_slice(), &mut events).await;
        drop(head);
        while open {
            let Some(frames) = events.next_frames().await else {
                write(&mut writer, &mut framing.end(), &mut events).await;
                break;
            };
            open = write(&mut writer, &mut framing.piece(frames), &mut events).await;
        }
    };
    tokio::select! {
        // Write first, so that a client that sends more still gets the head.
        biased;
        () = writing => {}
        () = interrupted(&mut reader, has_sent_more) => {}
    }
}

/// Whether the client took it. A client that does not read cannot delay the end of its stream.
async fn write(writer: &mut WriteHalf<'_>, bytes: &mut impl Buf, events: &mut EventStream) -> bool {
    let writing = writer.write_all_buf(bytes);
    tokio::pin!(writing);
    tokio::select! {
        biased;
        written = &mut writing => return written.is_ok(),
        () = events.ended() => {}
    }
    matches!(timeout(LAST_WRITE_TIMEOUT, writing).await, Ok(Ok(())))
}

/// Ready when the client has closed or reset the connection, or has sent anything: reading its data without
/// end would waste CPU.
async fn interrupted(reader: &mut ReadHalf<'_>, has_sent_more: bool) {
    if !has_sent_more {
        let _ = reader.read(&mut [0]).await;
    }
}
