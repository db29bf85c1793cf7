//! The deployment, asked as any client asks it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use leopard_core::port::Clock;
use serde_json::Value;
use tokio::time::timeout;

use super::certificate::{self, Seen};
use crate::cli::doctor::answer::{Answer, Head};
use crate::cli::doctor::base::BaseUrl;
use crate::cli_error::CliError;

/// How long an answer may take.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// No answer that is looked at is larger.
const MOST_BYTES: usize = 1024 * 1024;

/// Why there is no answer, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble(pub String);

/// The deployment.
pub struct Site {
    pub base: BaseUrl,
    pub clock: Arc<dyn Clock>,
    pub seen: Seen,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Site {
    pub fn new(base: BaseUrl, clock: Arc<dyn Clock>) -> Result<Self, CliError> {
        let seen = Seen::default();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(certificate::tls(&seen, base.is_encrypted())?)
            .https_or_http()
            .enable_all_versions()
            .build();
        Ok(Self {
            base,
            clock,
            seen,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// The beginning of a request for a path.
    pub fn request(&self, method: Method, path: &str) -> Question {
        let mut request = Request::new(Full::default());
        *request.method_mut() = method;
        // A path of ours is always a good one.
        *request.uri_mut() = self.base.url(path).parse().unwrap_or_default();
        let agent = concat!("leopard-doctor/", env!("CARGO_PKG_VERSION"));
        Question(request).header(http::header::USER_AGENT, agent)
    }

    /// Gets the whole answer.
    pub async fn ask(&self, question: Question) -> Result<Answer, Trouble> {
        let asked = self.clock.now();
        let answer = async {
            let (head, body) = self.begin(question).await?;
            let body = read(body).await?;
            Ok(Answer {
                head,
                body,
                asked,
                came: self.clock.now(),
            })
        };
        patiently(answer).await
    }

    /// Gets the head of an answer, and what its body comes from.
    pub async fn begin(&self, question: Question) -> Result<(Head, Incoming), Trouble> {
        let asked = self.client.request(question.0);
        let response: Response<Incoming> = patiently(async {
            let answered = asked.await;
            answered.map_err(|error| Trouble(innermost(&error)))
        })
        .await?;
        let (parts, body) = response.into_parts();
        let head = Head {
            status: parts.status,
            version: parts.version,
            headers: parts.headers,
        };
        Ok((head, body))
    }
}

/// A request that is put together.
pub struct Question(Request<Full<Bytes>>);

impl Question {
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        // What cannot stand in a header is refused where it is read.
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(name == AUTHORIZATION);
            self.0.headers_mut().insert(name, value);
        }
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// As a browser, which reads what is compressed; without this, nothing is to be.
    pub fn accept_encoding(self, encodings: &str) -> Self {
        self.header(ACCEPT_ENCODING, encodings)
    }

    pub fn json(mut self, body: &Value) -> Self {
        *self.0.body_mut() = Full::from(body.to_string());
        self.header(CONTENT_TYPE, "application/json")
    }
}

async fn read(body: Incoming) -> Result<Bytes, Trouble> {
    let whole = Limited::new(body, MOST_BYTES).collect().await;
    let whole = whole.map_err(|error| Trouble(format!("the answer breaks off: {error}")))?;
    Ok(whole.to_bytes())
}

async fn patiently<T>(answer: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let late = || Trouble(format!("no answer within {} seconds", TIMEOUT.as_secs()));
    timeout(TIMEOUT, answer)
        .await
        .unwrap_or_else(|_| Err(late()))
}

/// The cause behind all others, which says what happened.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
