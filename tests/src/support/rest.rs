//! The REST API as a program uses it.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::wait::TIMEOUT;

/// A client with a token, or without.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
    token: Option<String>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Api {
    /// A client of the server at this URL.
    pub fn new(base: &str, token: Option<&str>) -> Self {
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build();
        Self {
            http: http.expect("an HTTP client"),
            base: base.to_owned(),
            token: token.map(str::to_owned),
        }
    }

    /// A request of any kind, with the token.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request("GET", path)).await
    }

    /// A GET with this parameter in its query, whatever it holds.
    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        let encoded: Vec<_> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = encoded.concat();
        self.get(&format!("{path}?{name}={encoded}")).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request("DELETE", path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request("POST", path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request("PATCH", path).json(&body)).await
    }

    /// A POST that may come again by this name.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request("POST", path).header("Idempotency-Key", key);
        Answer::to(request.json(body)).await
    }

    /// A POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        Answer::to(self.request("POST", path)).await
    }

    /// Makes a task for somebody, as the guide does.
    pub async fn create_task(&self, title: &str, assigned_to: i64) -> Value {
        let task = json!({
            "title": title,
            "detail": "This task will trigger a real-time notification",
            "assigned_to": assigned_to,
            "due_date": "2035-12-10T12:00:00Z",
            "priority": "HIGH",
        });
        self.post("/api/v1/tasks/create/", task).await.expect(201)
    }
}

impl Answer {
    /// The answer to a request.
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("the answer is whole"),
        }
    }

    /// A header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header is ASCII"))
    }

    /// Whether it says that the same request came before.
    pub fn is_replayed(&self) -> bool {
        self.header("Idempotent-Replayed") == "true"
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.body);
        parsed.unwrap_or_else(|e| panic!("{e} in the body of {self:?}"))
    }

    /// The body as JSON, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// The problem (RFC 9457) of this status and code, in the one shape that errors have.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.header("Content-Type"), "application/problem+json");
        assert_eq!(problem["status"], status, "{problem}");
        for member in ["type", "title", "detail", "request_id"] {
            let text = problem[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{member} in {problem}");
        }
        assert_eq!(problem["request_id"], self.header("X-Request-Id"));
        problem
    }
}
