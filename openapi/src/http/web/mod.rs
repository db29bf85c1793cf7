//! Pages and their files, which are part of the program.

mod content_policy;
mod embedded_file;

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::{Endpoint, Response};

pub use content_policy::ContentPolicy;
use embedded_file::EmbeddedFile;

pub const SCRIPT: &str = "text/javascript; charset=utf-8";
pub const STYLE: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// An HTML page with its content policy.
#[must_use]
pub fn page(html: impl Into<Bytes>, policy: ContentPolicy) -> impl Endpoint<Output = Response> {
    let (html, policy) = (EmbeddedFile::new(HTML, html.into()), policy.header());
    make_sync(move |request| {
        let mut response = html.respond(&request);
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
        response
    })
}

/// A file of another type.
#[must_use]
pub fn file(
    content_type: &'static str,
    content: impl Into<Bytes>,
) -> impl Endpoint<Output = Response> {
    let file = EmbeddedFile::new(content_type, content.into());
    make_sync(move |request| file.respond(&request))
}
