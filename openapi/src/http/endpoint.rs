use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, Response, Route};

use crate::api::api;
use crate::framework::document;
use crate::http::answers::AnswerLimit;
use crate::http::middleware::body_limit::BodyLimit;
use crate::http::middleware::error_envelope::ErrorEnvelope;
use crate::http::middleware::framing::Framing;
use crate::http::routing::add_operations;
use crate::services::Services;
use crate::settings::HttpSettings;

/// Everything that the server serves: the API, its document, and the pages beside it.
///
/// Every answer has an `X-Request-Id`, also as [`RequestId`](crate::http::request_id::RequestId) in its
/// extensions; every error has one shape; a path is served with and without its final slash.
/// The answer to an opened stream has a [`Handover`](crate::stream::Handover) in its extensions:
/// who serves the connection writes the stream.
#[must_use]
pub fn endpoint(
    services: Services,
    settings: HttpSettings,
    pages: Route,
) -> BoxEndpoint<'static, Response> {
    let settings = Arc::new(settings);
    let accounts = Arc::new(services.accounts.clone());
    let routes = add_operations(document::add_pages(pages), api(services));
    let inner = routes
        .with(NormalizePath::new(TrailingSlash::Trim))
        .data(accounts.clone());
    ErrorEnvelope {
        inner: Framing(AnswerLimit::new(BodyLimit::new(inner, accounts))),
        settings,
    }
    .boxed()
}
