use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write as _};
use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use poem::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderName, IF_NONE_MATCH, VARY,
};
use poem::http::{HeaderMap, StatusCode};
use poem::{Body, PathPattern, Request, Response};

use crate::http::access_record::AccessRecord;
use crate::http::response_memory::Embedded;

/// Shorter files are sent as they are.
const COMPRESSED_BYTES: usize = 1_024;

/// A file with its entity tag, which is the same for the compressed content. Browsers revalidate it each time: the
/// next version of the program has other files.
pub(super) struct EmbeddedFile {
    content_type: &'static str,
    content: Bytes,
    /// The content as gzip, from the first request that accepts it on.
    compressed: OnceLock<Option<Bytes>>,
    tag: String,
}

impl EmbeddedFile {
    pub(super) fn new(content_type: &'static str, content: Bytes) -> Self {
        let mut hash = DefaultHasher::new();
        hash.write(&content);
        let tag = format!("\"{:016x}\"", hash.finish());
        Self { content_type, content, compressed: OnceLock::new(), tag }
    }

    pub(super) fn respond(&self, request: &Request) -> Response {
        AccessRecord::note_routine(request);
        if let Some(PathPattern(route)) = request.data() {
            AccessRecord::note_route(request, route);
        }
        let response = Response::builder()
            .header(CACHE_CONTROL, "no-cache")
            .header(ETAG, &self.tag)
            .header(VARY, "Accept-Encoding")
            .extension(Embedded);
        if self.is_known(request) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let response = response.content_type(self.content_type);
        match self.compressed(request) {
            Some(gzip) => {
                response.header(CONTENT_ENCODING, "gzip").body(Body::from_bytes(gzip.clone()))
            }
            None => response.body(Body::from_bytes(self.content.clone())),
        }
    }

    /// The compressed content, if that is worth it and the client accepts it.
    fn compressed(&self, request: &Request) -> Option<&Bytes> {
        let is_worth_it = self.content.len() >= COMPRESSED_BYTES;
        let is_wanted = is_worth_it && accepts_gzip(request.headers());
        is_wanted.then(|| self.compressed.get_or_init(|| gzip(&self.content).ok()))?.as_ref()
    }

    /// Whether the client has this version (RFC 9110, section 13.1.2).
    fn is_known(&self, request: &Request) -> bool {
        let mut tags = elements(request.headers(), &IF_NONE_MATCH);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag)
    }
}

/// The elements of a header that is a list.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let texts = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// Whether the client accepts gzip (RFC 9110, section 12.5.3).
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let weight = |wanted: &str| {
        elements(headers, &ACCEPT_ENCODING).find_map(|element| {
            let (coding, weight) = element.split_once(';').unwrap_or((element, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            coding.trim().eq_ignore_ascii_case(wanted).then_some(weight.unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight: f32| weight > 0.0)
}

fn gzip(content: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_accept_it() {
        let accepts = |value: &'static str| {
            let value = HeaderValue::from_static(value);
            accepts_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, value)]))
        };
        for value in
            ["gzip", "br, GZIP", "gzip;q=0.5", "*", "identity;q=0, gzip ; q=1", "br;q=0, *"]
        {
            assert!(accepts(value), "{value}");
        }
        for value in ["", "br", "gzip;q=0", "*, gzip;q=0", "*;q=0", "gzip;q=x", "gzipped"] {
            assert!(!accepts(value), "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
