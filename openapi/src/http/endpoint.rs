use std::sync::Arc;

use leopard_core::Core;
use poem::endpoint::BoxEndpoint;
use poem::middleware::{NormalizePath, TrailingSlash};
use poem::{EndpointExt, Response, Route};

use crate::api::api;
use crate::framework::document;
use crate::health::HealthProbe;
use crate::http::middleware::body_limit::BodyLimit;
use crate::http::middleware::error_envelope::ErrorEnvelope;
use crate::http::middleware::framing::Framing;
use crate::http::response_memory::ResponseLimit;
use crate::http::routing::add_operations;
use crate::settings::HttpSettings;

/// The API, its document, the documentation pages and `pages`, as one endpoint.
///
/// Every response has an `X-Request-Id`, also as [`RequestId`](crate::request_id::RequestId) in its
/// extensions; every error is a problem (RFC 9457); every path works with and without its final slash.
/// An opened stream is the body of its response, unless the settings ask for a
/// [`Handover`](crate::stream::Handover).
#[must_use]
pub fn endpoint(
    core: Core,
    health: Arc<dyn HealthProbe>,
    settings: HttpSettings,
    pages: Route,
) -> BoxEndpoint<'static, Response> {
    let settings = Arc::new(settings);
    let accounts = Arc::new(core.accounts.clone());
    let routes = add_operations(document::add_pages(pages, &settings.base_path), api(core, health));
    // Boxed, because the layer above has several futures of it.
    let inner = routes.with(NormalizePath::new(TrailingSlash::Trim)).data(accounts.clone()).boxed();
    ErrorEnvelope { inner: Framing(ResponseLimit::new(BodyLimit::new(inner, accounts))), settings }
        .boxed()
}
