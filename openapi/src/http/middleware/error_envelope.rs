use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use poem::http::header::CONTENT_TYPE;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};

use super::{browser_guard, cors};
use crate::http::forwarded::note_client;
use crate::http::quota::Quotas;
use crate::http::request_id::{self, RequestId};
use crate::problem::{MEDIA_TYPE, Problem};
use crate::settings::HttpSettings;
use crate::stream::Handover;

/// About as many headers as this layer adds, so that their map grows once.
const ADDED_HEADERS: usize = 12;

/// The outermost layer: every response gets its request id and the headers for browsers, and every
/// error, panics included, becomes a problem.
pub(crate) struct ErrorEnvelope<E> {
    pub(crate) inner: E,
    pub(crate) settings: Arc<HttpSettings>,
}

impl<E: Endpoint<Output = Response>> Endpoint for ErrorEnvelope<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = RequestId::of(&request);
        request.set_data(id.clone());
        request.set_data(self.settings.clone());
        let quotas = Quotas::default();
        request.set_data(quotas.clone());
        note_client(&request);
        let method = request.method().clone();
        let cors = cors::Grant::of(&request, &self.settings.cors_origins);

        let mut response = if cors::is_preflight(&request) {
            cors.preflight()
        } else {
            self.respond(request, &method, &id).await
        };
        let headers = response.headers_mut();
        headers.reserve(ADDED_HEADERS);
        cors.put_headers(headers);
        quotas.put_headers(headers);
        browser_guard::put_headers(headers);
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert(request_id::HEADER, value);
        }
        if method == Method::HEAD {
            // A stream without a reader ends here.
            response.extensions_mut().remove::<Handover>();
            response.set_body(());
        }
        response.extensions_mut().insert(id);
        Ok(response)
    }
}

impl<E: Endpoint<Output = Response>> ErrorEnvelope<E> {
    async fn respond(&self, request: Request, method: &Method, id: &RequestId) -> Response {
        let outcome = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        match outcome.await {
            Ok(Ok(response)) if is_plain_error(&response) => {
                let cause = "a page returned an error".to_owned();
                Problem::of_status(response.status(), cause).respond(id)
            }
            Ok(Ok(response)) => response,
            Ok(Err(error)) => Problem::of_error(error, method.as_str()).respond(id),
            // The panic hook has logged it.
            Err(_) => Problem::internal("a panic".to_owned()).respond(id),
        }
    }
}

/// Whether it is an error that is not a problem yet.
fn is_plain_error(response: &Response) -> bool {
    let is_error = |status: StatusCode| status.is_client_error() || status.is_server_error();
    is_error(response.status())
        && response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != MEDIA_TYPE)
}
