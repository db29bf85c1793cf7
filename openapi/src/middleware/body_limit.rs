//! Bodies are small: a larger one is refused, and the client gets to read that.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{Stream, StreamExt};
use poem::http::StatusCode;
use poem::http::header::{CONTENT_LENGTH, EXPECT};
use poem::{Body, Endpoint, Request, Response, Result};

use crate::problem::Problem;

/// The most bytes of a body.
pub(crate) const LIMIT: usize = 1024 * 1024;
/// How much of a body that is too large is read, and thrown away, before the answer: a client
/// that only sends would lose the answer if the connection were closed in its face.
const DRAINED: usize = 64 * LIMIT;
/// How long that may take.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// How long a client may take to send a body that is not too large.
const READ_TIME: Duration = Duration::from_mins(1);
/// The most memory that is set aside before anything has come.
const TRUSTED_LENGTH: usize = 64 * 1024;

/// Reads the body before anything else looks at the request.
pub(crate) struct BodyLimit<E>(pub(crate) E);

impl<E: Endpoint<Output = Response>> Endpoint for BodyLimit<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let declared = declared_length(&request);
        let mut chunks = request.take_body().into_bytes_stream();
        if declared.is_some_and(|length| length > LIMIT) {
            // A client that waits for leave to send has not sent anything yet.
            if !request.headers().contains_key(EXPECT) {
                drain(&mut chunks).await;
            }
            return Err(Problem::too_large(LIMIT).into());
        }
        let reading = read(&mut chunks, declared.unwrap_or_default());
        let body = match tokio::time::timeout(READ_TIME, reading).await {
            Ok(Ok(Some(body))) => body,
            Ok(Ok(None)) => {
                drain(&mut chunks).await;
                return Err(Problem::too_large(LIMIT).into());
            }
            // The client went away while it was sending, or sent no valid HTTP.
            Ok(Err(_)) => return Err(poem::Error::from_status(StatusCode::BAD_REQUEST)),
            Err(_) => return Err(poem::Error::from_status(StatusCode::REQUEST_TIMEOUT)),
        };
        request.set_body(Body::from_bytes(body.freeze()));
        self.0.call(request).await
    }
}

/// The whole body, or nothing once it is too large.
async fn read<T: AsRef<[u8]>>(
    chunks: &mut (impl Stream<Item = io::Result<T>> + Unpin),
    declared: usize,
) -> io::Result<Option<BytesMut>> {
    let mut body = BytesMut::with_capacity(declared.min(TRUSTED_LENGTH));
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if body.len() + chunk.as_ref().len() > LIMIT {
            return Ok(None);
        }
        body.extend_from_slice(chunk.as_ref());
    }
    Ok(Some(body))
}

fn declared_length(request: &Request) -> Option<usize> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    Some(length.to_str().ok()?.parse().unwrap_or(usize::MAX))
}

/// Reads on without keeping anything.
async fn drain<T: AsRef<[u8]>>(chunks: &mut (impl Stream<Item = io::Result<T>> + Unpin)) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(chunk)) = chunks.next().await {
            read += chunk.as_ref().len();
            if read > DRAINED {
                break;
            }
        }
    };
    // Whoever is slower than that has had its chance.
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}
