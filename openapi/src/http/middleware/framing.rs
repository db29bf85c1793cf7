//! Refuses ambiguous requests that the parser accepts, so that a proxy and the server agree on where a
//! request ends and which host it names (RFC 9112).

use leopard_core::Failure;
use poem::http::header::{HOST, TRANSFER_ENCODING};
use poem::http::{HeaderMap, StatusCode, Version};
use poem::{Endpoint, Error, Request, Response, Result};

use crate::problem::Problem;

/// A request that could not be read, as an extension of the request in its place: the response has this
/// status and is created like every other one.
#[derive(Debug, Clone, Copy)]
pub struct Unreadable(pub StatusCode);

/// A client with too many open connections, as an extension of a request that replaces the one that was
/// not read.
#[derive(Debug, Clone, Copy)]
pub struct TooManyConnections;

/// Seconds after which such a client may try again.
const CONNECTION_RETRY_SECONDS: u32 = 5;

/// Passes requests that have only one interpretation.
pub(crate) struct Framing<E>(pub(crate) E);

impl<E: Endpoint<Output = Response>> Endpoint for Framing<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Some(Unreadable(status)) = request.extensions().get() {
            return Err(Error::from_status(*status));
        }
        if let Some(TooManyConnections) = request.extensions().get() {
            return Err(Problem::from(Failure::Throttled {
                retry_after: CONNECTION_RETRY_SECONDS,
            })
            .into());
        }
        let (version, headers) = (request.version(), request.headers());
        if names_one_host(version, headers) && is_framed_once(headers) {
            self.0.call(request).await
        } else {
            Err(Error::from_status(StatusCode::BAD_REQUEST))
        }
    }
}

/// Section 3.2: exactly one `Host`, which only HTTP/1.0 may omit.
fn names_one_host(version: Version, headers: &HeaderMap) -> bool {
    match headers.get_all(HOST).iter().count() {
        0 => version < Version::HTTP_11,
        count => count == 1,
    }
}

/// Section 6.1: no coding but `chunked`, and that once.
fn is_framed_once(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}
