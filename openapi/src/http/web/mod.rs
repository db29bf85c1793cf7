//! Pages and their files, which are part of the program.

mod content_policy;

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use poem::{Body, Endpoint, PathPattern, Request, Response};

pub use content_policy::ContentPolicy;

use crate::http::access_record::AccessRecord;
use crate::http::response_memory::Embedded;

pub const SCRIPT: &str = "text/javascript; charset=utf-8";
pub const STYLE: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// An HTML page with its content policy.
#[must_use]
pub fn page(html: impl Into<Bytes>, policy: ContentPolicy) -> impl Endpoint<Output = Response> {
    let (html, policy) = (html.into(), policy.header());
    make_sync(move |request| {
        let mut response = embedded(&request, HTML, html.clone());
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
    let content = content.into();
    make_sync(move |request| embedded(&request, content_type, content.clone()))
}

/// A response with this content, which browsers revalidate each time: the next version of the program has other
/// files.
fn embedded(request: &Request, content_type: &str, content: Bytes) -> Response {
    AccessRecord::note_routine(request);
    if let Some(PathPattern(route)) = request.data() {
        AccessRecord::note_route(request, route);
    }
    Response::builder()
        .content_type(content_type)
        .header(CACHE_CONTROL, "no-cache")
        .extension(Embedded)
        .body(Body::from_bytes(content))
}
