//! Cross-origin requests (the Fetch standard): which pages may call the API from a browser.

use poem::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode};
use poem::{Request, Response};

use crate::settings::CorsOrigins;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
/// Beside those of the API, those that libraries for requests, tracing (W3C) and error reports add to every request.
const REQUEST_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, \
                               If-None-Match, Last-Event-ID, Cache-Control, X-Request-Id, \
                               X-Requested-With, traceparent, tracestate, baggage, sentry-trace";
const EXPOSED_HEADERS: &str = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, \
                               X-Request-Id, Idempotent-Replayed";
/// For how long a browser may remember a preflight: the longest that Chromium keeps.
const MAX_AGE_SECONDS: &str = "7200";

/// Whether this is a preflight request.
pub(super) fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The permission for the origin of a request.
pub(super) struct Grant {
    origin: Option<HeaderValue>,
    depends_on_origin: bool,
}

impl Grant {
    pub(super) fn of(request: &Request, origins: &CorsOrigins) -> Self {
        match origins {
            CorsOrigins::Any => {
                Self { origin: Some(HeaderValue::from_static("*")), depends_on_origin: false }
            }
            CorsOrigins::Only(listed) => {
                let origin = request.headers().get(ORIGIN);
                let is_listed = |origin: &&HeaderValue| listed.iter().any(|one| *origin == one);
                Self { origin: origin.filter(is_listed).cloned(), depends_on_origin: true }
            }
        }
    }

    /// The response to a preflight; a page of another origin learns nothing from it.
    pub(super) fn preflight(&self) -> Response {
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        if self.origin.is_some() {
            let headers = response.headers_mut();
            let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
            put(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            put(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            put(ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
        response
    }

    /// Adds the headers of every response, errors included.
    pub(super) fn put_headers(&self, headers: &mut HeaderMap) {
        if self.depends_on_origin {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(origin) = &self.origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}
