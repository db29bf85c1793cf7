//! A connection that has become a stream: frames out, nothing in.

use std::time::{Duration, Instant};

use leopard_openapi::request_id::RequestId;
use leopard_openapi::stream::{EventStream, Handover};
use poem::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::timeout;

use super::accept::Context;
use super::head::head;

/// How long a client may take for what it was given last, once its stream is to end.
const FAREWELL: Duration = Duration::from_secs(1);

/// Sends the response's head and then its stream, until one side has enough.
pub(super) async fn run(mut socket: TcpStream, response: Response, context: Context) {
    let head = head(&response, &context);
    let events = response
        .extensions()
        .get::<Handover>()
        .and_then(Handover::take);
    let request_id = response.extensions().get::<RequestId>().cloned();
    let opened = Instant::now();
    // Nothing else of the request is kept while the stream is open.
    drop((response, context));
    let Some(events) = events else { return };
    pump(&mut socket, head, events).await;
    let _ = socket.shutdown().await;
    let seconds = opened.elapsed().as_secs();
    let request_id = request_id.map_or(String::new(), |id| id.0);
    tracing::info!(target: "access", seconds, request_id, "a stream has ended");
}

async fn pump(socket: &mut TcpStream, head: Vec<u8>, mut events: EventStream) {
    let (mut reader, mut writer) = socket.split();
    let writing = async {
        let mut open = write(&mut writer, &head, &mut events).await;
        drop(head);
        while open && let Some(frames) = events.next_frames().await {
            open = write(&mut writer, &frames, &mut events).await;
        }
    };
    tokio::select! {
        () = writing => {}
        () = gone(&mut reader) => {}
    }
}

/// Whether the client took it. One that does not read may not hold up the end of its stream.
async fn write(writer: &mut WriteHalf<'_>, bytes: &[u8], events: &mut EventStream) -> bool {
    let writing = writer.write_all(bytes);
    tokio::pin!(writing);
    tokio::select! {
        biased;
        written = &mut writing => return written.is_ok(),
        () = events.ended() => {}
    }
    matches!(timeout(FAREWELL, writing).await, Ok(Ok(())))
}

/// Ready when the client has closed or reset the connection; what it still says does not matter.
async fn gone(reader: &mut ReadHalf<'_>) {
    let mut ignored = [0; 64];
    while let Ok(1..) = reader.read(&mut ignored).await {}
}
