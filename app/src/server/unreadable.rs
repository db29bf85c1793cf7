//! What a client is told whose request cannot be read.

use std::net::SocketAddr;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{Method, StatusCode, Uri};
use leopard_openapi::Unreadable;
use poem::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::accept::Context;
use super::connection::respond;
use super::head::head;

/// How long the client may take for its answer: while it still sends, a closed socket would lose it.
const FAREWELL: Duration = Duration::from_secs(1);

/// The status for what hyper could not read.
pub(super) fn status(error: &hyper::Error) -> StatusCode {
    if error.is_parse_too_large() {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    } else {
        StatusCode::BAD_REQUEST
    }
}

/// Answers like any other request, and logs it.
pub(super) async fn refuse(
    socket: &mut TcpStream,
    status: StatusCode,
    peer: SocketAddr,
    context: Context,
) {
    let request = Request::builder()
        .method(Method::from_bytes(b"-").unwrap_or_default())
        .uri(Uri::from_static("*"))
        .extension(Unreadable(status))
        .finish();
    let mut response = respond(request, peer, context.clone()).await;
    let Ok(body) = response.take_body().into_bytes().await else {
        return;
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, body.len().into());
    let head = head(&response, &context);
    // Nothing is told of a client that has left.
    let _ = timeout(FAREWELL, async {
        socket.write_all(&head).await?;
        socket.write_all(&body).await?;
        socket.shutdown().await?;
        let mut ignored = [0; 1_024];
        while socket.read(&mut ignored).await? > 0 {}
        std::io::Result::Ok(())
    })
    .await;
}
