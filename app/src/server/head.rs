//! The head of an answer that hyper does not write: the last one of its connection.

use std::io::Write;

use http::header::CONNECTION;
use poem::Response;

use super::accept::Context;

/// The head of the response. The connection ends with it.
pub(super) fn head(response: &Response, context: &Context) -> Vec<u8> {
    let date = context.clock.now().format("%a, %d %b %Y %H:%M:%S GMT");
    let mut head = format!(
        "HTTP/1.1 {}\r\ndate: {date}\r\nconnection: close\r\n",
        response.status()
    )
    .into_bytes();
    let others = response.headers().iter();
    for (name, value) in others.filter(|(name, _)| *name != CONNECTION) {
        // Writing into a vector cannot fail.
        let _ = write!(head, "{name}: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
