//! A client of the deployment.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::request::Builder;
use http::response::Parts;
use http::{Method, Request, StatusCode};
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
use super::report::{Finding, problem};
use crate::cli_error::CliError;

/// How long a response may take.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// No response that is checked is larger.
const MAX_BYTES: usize = 1024 * 1024;

pub const READ_THE_LOGS: &str = "Read the logs of the server and of the proxy in front of it.";

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
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { base, clock, handshake, client })
    }

    /// A request for a path.
    pub fn request(&self, method: Method, path: &str) -> Builder {
        let agent = concat!("leopard-doctor/", env!("CARGO_PKG_VERSION"));
        Request::builder().method(method).uri(self.base.url(path)).header(USER_AGENT, agent)
    }

    pub fn get(&self, path: &str) -> Builder {
        self.request(Method::GET, path)
    }

    /// A GET request with a token.
    pub fn get_as(&self, access: &str, path: &str) -> Builder {
        self.get(path).header(AUTHORIZATION, format!("Bearer {access}"))
    }

    /// Sends a request and reads the whole response.
    pub async fn send(&self, request: Builder) -> Result<Response, Finding> {
        self.exchange(request, Bytes::new()).await
    }

    /// Posts JSON and reads the whole response.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Response, Finding> {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/json");
        self.exchange(request, body.to_string().into()).await
    }

    async fn exchange(&self, request: Builder, body: Bytes) -> Result<Response, Finding> {
        let sent = self.clock.now();
        in_time(async {
            let (head, body) = self.open(request, body).await?;
            let body = Limited::new(body, MAX_BYTES).collect().await;
            let body = body.map_err(|error| fault(format!("the response was cut off: {error}")))?;
            Ok(Response { head, body: body.to_bytes(), sent, received: self.clock.now() })
        })
        .await
    }

    /// Sends a request and reads the head of the response.
    pub async fn open(&self, request: Builder, body: Bytes) -> Result<(Parts, Incoming), Finding> {
        let mut request =
            request.body(Full::new(body)).map_err(|error| fault(error.to_string()))?;
        if let Some(token) = request.headers_mut().get_mut(AUTHORIZATION) {
            token.set_sensitive(true);
        }
        let response = self.client.request(request);
        let response = in_time(async { response.await.map_err(|error| fault(root_cause(&error))) });
        Ok(response.await?.into_parts())
    }
}

/// A whole response.
#[derive(Debug, Clone)]
pub struct Response {
    pub head: Parts,
    pub body: Bytes,
    /// When the request was sent, by the clock of this machine.
    pub sent: DateTime<Utc>,
    /// When the whole response had been received.
    pub received: DateTime<Utc>,
}

impl Response {
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The body as JSON, null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of an error of Leopard; `None` if something else answered.
    pub fn error_code(&self) -> Option<String> {
        let is_problem = header(&self.head, "content-type") == "application/problem+json";
        let code = self.json()["code"].as_str().map(str::to_owned);
        code.filter(|_| is_problem)
    }
}

/// A header, empty if it is absent or not text.
pub fn header<'a>(head: &'a Parts, name: &str) -> &'a str {
    head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// There is no response, for this reason.
fn fault(why: String) -> Finding {
    problem(why, READ_THE_LOGS)
}

async fn in_time<T>(response: impl Future<Output = Result<T, Finding>>) -> Result<T, Finding> {
    let late = || fault(format!("no response within {} seconds", TIMEOUT.as_secs()));
    timeout(TIMEOUT, response).await.unwrap_or_else(|_| Err(late()))
}

/// The innermost error, which says what happened.
fn root_cause(mut error: &dyn Error) -> String {
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A response of this content.
    pub fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
        let mut head = http::Response::builder().status(status);
        for (name, value) in headers {
            head = head.header(*name, *value);
        }
        let (head, body) = head.body(body.to_owned().into()).unwrap().into_parts();
        Response { head, body, sent: DateTime::UNIX_EPOCH, received: DateTime::UNIX_EPOCH }
    }

    /// An error of Leopard.
    pub fn error(status: u16, code: &str) -> Response {
        let headers = [("content-type", "application/problem+json")];
        response(status, &headers, &format!(r#"{{"code":"{code}"}}"#))
    }

    #[test]
    fn only_an_error_of_leopard_has_a_code() {
        assert_eq!(error(401, "x").error_code().as_deref(), Some("x"));
        let page = response(401, &[("content-type", "text/html")], r#"{"code":"x"}"#);
        assert_eq!(page.error_code(), None);
    }
}
