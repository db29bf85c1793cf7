//! Bodies are small, each of them and all together: what is larger is refused, and the client gets to
//! read that.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{Stream, StreamExt};
use poem::http::StatusCode;
use poem::http::header::{CONTENT_LENGTH, EXPECT};
use poem::{Body, Endpoint, Request, Response, Result};

use super::body_room::{BodyRoom, Full, Place};
use crate::forwarded::client_network;
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
/// The most bytes of a body that takes no room from others. Nearly all have no more: they are read
/// whatever the large ones do.
const SMALL: usize = 16 * 1024;

/// Reads the body before anything else looks at the request. Larger ones keep their room until their
/// requests are answered: nobody knows yet who sends them, only from where.
pub(crate) struct BodyLimit<E> {
    inner: E,
    room: BodyRoom,
}

impl<E> BodyLimit<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self {
            inner,
            room: BodyRoom::default(),
        }
    }
}

/// A body, and the room that it takes.
struct Held<'a> {
    bytes: BytesMut,
    place: Place<'a>,
}

/// Why a body is not read to its end.
enum Refusal {
    TooLarge,
    NoRoom,
    /// The client went away while it was sending, or sent no valid HTTP.
    Broken,
}

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
        let place = self.room.place(client_network(&request));
        let reading = read(&mut chunks, declared.unwrap_or_default(), place);
        let body = match tokio::time::timeout(READ_TIME, reading).await {
            Ok(Ok(body)) => body,
            Ok(Err(refusal)) => {
                let problem = match refusal {
                    Refusal::TooLarge => Problem::too_large(LIMIT),
                    Refusal::NoRoom => Problem::overloaded(),
                    Refusal::Broken => {
                        return Err(poem::Error::from_status(StatusCode::BAD_REQUEST));
                    }
                };
                drain(&mut chunks).await;
                return Err(problem.into());
            }
            Err(_) => return Err(poem::Error::from_status(StatusCode::REQUEST_TIMEOUT)),
        };
        request.set_body(Body::from_bytes(body.bytes.freeze()));
        let answer = self.inner.call(request).await;
        drop(body.place);
        answer
    }
}

/// The whole body.
async fn read<'a, T: AsRef<[u8]>>(
    chunks: &mut (impl Stream<Item = io::Result<T>> + Unpin),
    declared: usize,
    place: Place<'a>,
) -> Result<Held<'a>, Refusal> {
    let mut body = Held {
        bytes: BytesMut::with_capacity(declared.min(SMALL)),
        place,
    };
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refusal::Broken)?;
        let length = body.bytes.len() + chunk.as_ref().len();
        if length > LIMIT {
            return Err(Refusal::TooLarge);
        }
        if length > SMALL {
            // Who says how much will come has room for all of it, or is refused before it comes.
            let room = body.place.grow_to(length.max(declared));
            room.map_err(|Full| Refusal::NoRoom)?;
        }
        body.bytes.extend_from_slice(chunk.as_ref());
    }
    Ok(body)
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
