//! Pages and their files, which are part of the program.

mod content_policy;

use std::hash::{DefaultHasher, Hasher};

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH};
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

/// A file with its entity tag. Browsers revalidate it each time: the next version of the program has other files.
struct EmbeddedFile {
    content_type: &'static str,
    content: Bytes,
    tag: String,
}

impl EmbeddedFile {
    fn new(content_type: &'static str, content: Bytes) -> Self {
        let mut hash = DefaultHasher::new();
        hash.write(&content);
        Self { content_type, tag: format!("\"{:016x}\"", hash.finish()), content }
    }

    fn respond(&self, request: &Request) -> Response {
        AccessRecord::note_routine(request);
        if let Some(PathPattern(route)) = request.data() {
            AccessRecord::note_route(request, route);
        }
        let response =
            Response::builder().header(CACHE_CONTROL, "no-cache").header(ETAG, &self.tag);
        let response = response.extension(Embedded);
        if self.is_known(request) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let response = response.content_type(self.content_type);
        response.body(Body::from_bytes(self.content.clone()))
    }

    /// Whether the client has this version (RFC 9110, section 13.1.2).
    fn is_known(&self, request: &Request) -> bool {
        let values = request.headers().get_all(IF_NONE_MATCH).iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let mut tags = texts.flat_map(|text| text.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag)
    }
}
