//! The head of a response that hyper does not write: the last one of its connection.

use std::io::Write;

use http::header::CONNECTION;
use poem::Response;

use super::accept::Context;

/// Renders the head of a response after which the connection closes.
pub(super) fn head(response: &Response, context: &Context) -> Vec<u8> {
    let date = context.clock.now().format("%a, %d %b %Y %H:%M:%S GMT");
    let mut head =
        format!("HTTP/1.1 {}\r\ndate: {date}\r\nconnection: close\r\n", response.status())
            .into_bytes();
    let headers = response.headers().iter();
    for (name, value) in headers.filter(|(name, _)| *name != CONNECTION) {
        // Writing to a vector cannot fail.
        let _ = write!(head, "{name}: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
