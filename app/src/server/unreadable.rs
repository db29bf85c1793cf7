//! Responses to requests that cannot be parsed, or are not read at all.

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
    let request = no_request(Unreadable(status));
    let response = respond(request, peer, context.clone()).await;
    write(socket, response, &context).await;
}

/// Answers a client that has too many connections. There is no request, so the access log has none.
pub(super) async fn refuse_connection(mut socket: TcpStream, context: Context) {
    let request = no_request(TooManyConnections);
    let response = context.endpoint.get_response(request).await;
    write(&mut socket, response, &context).await;
}

/// Stands for what was not read, so that the answer is made like every other one.
fn no_request<T: Clone + Send + Sync + 'static>(why: T) -> Request {
    Request::builder()
        .method(Method::from_bytes(b"-").unwrap_or_default())
        .uri(Uri::from_static("*"))
        .extension(why)
        .finish()
}

/// Writes the last answer of a connection.
async fn write(socket: &mut TcpStream, mut response: Response, context: &Context) {
    let Ok(body) = response.take_body().into_bytes().await else {
        return;
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, body.len().into());
    let head = head(&response, context);
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
