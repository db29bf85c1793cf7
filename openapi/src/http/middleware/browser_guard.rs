//! Headers of every response that isolate pages and origins in browsers.

use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use poem::http::{HeaderMap, HeaderValue};

use crate::http::web::ContentPolicy;

const FIXED: [(HeaderName, &str); 4] = [
    // JSON is not run as a script.
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Pages of other origins cannot frame ours, also in browsers without content policies.
    (X_FRAME_OPTIONS, "DENY"),
    // A URL may hold a token of a stream.
    (REFERRER_POLICY, "no-referrer"),
    // A window that opened a page keeps no reference to it.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds the headers that the response does not have yet.
pub(super) fn put_headers(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Responses concern the caller: no cache keeps them, unless a response allows it.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = if is_page(headers) {
            ContentPolicy::PAGE.header()
        } else {
            HeaderValue::from_static(ContentPolicy::NO_PAGE)
        };
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
