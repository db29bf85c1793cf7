//! A client of the deployment.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use leopard_core::port::Clock;
use serde_json::Value;
use tokio::time::timeout;

use super::base_url::BaseUrl;
use super::certificate::{self, Handshake};
use super::response::{Head, Response};
use crate::cli_error::CliError;

/// How long a response may take.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// No response that is checked is larger.
const MAX_BYTES: usize = 1024 * 1024;

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError(pub String);

/// The deployment.
pub struct Site {
    pub base: BaseUrl,
    pub clock: Arc<dyn Clock>,
    pub handshake: Handshake,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Site {
    pub fn new(base: BaseUrl, clock: Arc<dyn Clock>) -> Result<Self, CliError> {
        let handshake = Handshake::default();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(certificate::tls(&handshake, base.is_encrypted())?)
            .https_or_http()
            .enable_all_versions()
            .build();
        Ok(Self {
            base,
            clock,
            handshake,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// A request for a path.
    pub fn request(&self, method: Method, path: &str) -> SiteRequest {
        let mut request = Request::new(Full::default());
        *request.method_mut() = method;
        // Our own paths are always valid.
        *request.uri_mut() = self.base.url(path).parse().unwrap_or_default();
        let agent = concat!("leopard-doctor/", env!("CARGO_PKG_VERSION"));
        SiteRequest(request).header(http::header::USER_AGENT, agent)
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&self, request: SiteRequest) -> Result<Response, RequestError> {
        let sent = self.clock.now();
        let response = async {
            let (head, body) = self.open(request).await?;
            let body = read(body).await?;
            Ok(Response { head, body, sent, received: self.clock.now() })
        };
        in_time(response).await
    }

    /// Sends a request and reads the head of the response.
    pub async fn open(&self, request: SiteRequest) -> Result<(Head, Incoming), RequestError> {
        let response = self.client.request(request.0);
        let response = in_time(async {
            let response = response.await;
            response.map_err(|error| RequestError(root_cause(&error)))
        })
        .await?;
        let (parts, body) = response.into_parts();
        let head = Head { status: parts.status, version: parts.version, headers: parts.headers };
        Ok((head, body))
    }
}

/// A request under construction.
pub struct SiteRequest(Request<Full<Bytes>>);

impl SiteRequest {
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        // Arguments were checked; an invalid value is left out.
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name == AUTHORIZATION);
            self.0.headers_mut().insert(name, value);
        }
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    pub fn json(mut self, body: &Value) -> Self {
        *self.0.body_mut() = Full::from(body.to_string());
        self.header(CONTENT_TYPE, "application/json")
    }
}

async fn read(body: Incoming) -> Result<Bytes, RequestError> {
    let whole = Limited::new(body, MAX_BYTES).collect().await;
    let whole = whole.map_err(|error| RequestError(format!("the response breaks off: {error}")))?;
    Ok(whole.to_bytes())
}

async fn in_time<T>(
    response: impl Future<Output = Result<T, RequestError>>,
) -> Result<T, RequestError> {
    let late = || RequestError(format!("no response within {} seconds", TIMEOUT.as_secs()));
    timeout(TIMEOUT, response).await.unwrap_or_else(|_| Err(late()))
}

/// The innermost error, which says what happened.
fn root_cause(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
