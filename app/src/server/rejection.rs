//! Error responses for requests that cannot be parsed, and for connections over the limit.

use std::net::SocketAddr;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{Method, StatusCode, Uri};
use leopard_openapi::{TooManyConnections, Unreadable};
use poem::{Endpoint, Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::accept::Context;
use super::connection::respond;
use super::head::head;

/// How long to wait for a client that still sends: closing the socket at once would discard the response.
const LINGER: Duration = Duration::from_secs(1);

pub(super) fn status(error: &hyper::Error) -> StatusCode {
    if error.is_parse_too_large() {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    } else {
        StatusCode::BAD_REQUEST
    }
}

/// Answers a request that cannot be parsed, and logs it.
pub(super) async fn reject(
    socket: &mut TcpStream,
    status: StatusCode,
    peer: SocketAddr,
    context: Context,
) {
    let request = placeholder(Unreadable(status));
    let response = respond(request, peer, context.clone()).await;
    write(socket, response, &context).await;
}

/// Answers a client with too many connections. It reads no request, so the access log has none.
pub(super) async fn reject_connection(mut socket: TcpStream, context: Context) {
    let request = placeholder(TooManyConnections);
    let response = context.endpoint.get_response(request).await;
    write(&mut socket, response, &context).await;
}

/// Replaces the unread request, so that the endpoint creates the response as usual.
fn placeholder<T: Clone + Send + Sync + 'static>(why: T) -> Request {
    Request::builder()
        .method(Method::from_bytes(b"-").unwrap_or_default())
        .uri(Uri::from_static("*"))
        .extension(why)
        .finish()
}

/// Writes the last response of a connection.
async fn write(socket: &mut TcpStream, mut response: Response, context: &Context) {
    let Ok(body) = response.take_body().into_bytes().await else {
        return;
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, body.len().into());
    let head = head(&response, context);
    // A client that has left is not an error.
    let _ = timeout(LINGER, async {
        socket.write_all(&head).await?;
        socket.write_all(&body).await?;
        socket.shutdown().await?;
        let mut ignored = [0; 1_024];
        while socket.read(&mut ignored).await? > 0 {}
        std::io::Result::Ok(())
    })
    .await;
}
