//! A client of the REST API.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::wait::{TIMEOUT, until};
use crate::fixtures::task_body;

/// A client with a token, or without.
#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
    token: Option<String>,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Response {
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

    /// Starts a request with the token.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        Response::of(self.request("GET", path)).await
    }

    /// A GET with one query parameter, percent-encoded.
    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Response {
        let encoded: Vec<_> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = encoded.concat();
        self.get(&format!("{path}?{name}={encoded}")).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        Response::of(self.request("DELETE", path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        Response::of(self.request("POST", path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Response {
        Response::of(self.request("PUT", path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Response {
        Response::of(self.request("PATCH", path).json(&body)).await
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Response {
        let request = self.request("POST", path).header("Idempotency-Key", key);
        Response::of(request.json(body)).await
    }

    pub async fn post_empty(&self, path: &str) -> Response {
        Response::of(self.request("POST", path)).await
    }

    /// Creates a task through the path and with the body of the guide.
    pub async fn create_task(&self, title: &str, assigned_to: i64) -> Value {
        let mut task = task_body(title, assigned_to);
        task["detail"] = json!("This task will trigger a real-time notification");
        task["priority"] = json!("HIGH");
        self.post("/api/v1/tasks/create/", task).await.expect(201)
    }

    /// Creates `Task 1`, `Task 2` … `Task {count}`.
    pub async fn create_tasks(&self, count: usize, assigned_to: i64) {
        for number in 1..=count {
            self.create_task(&format!("Task {number}"), assigned_to).await;
        }
    }

    /// The first page of notifications, newest first.
    pub async fn inbox(&self) -> Value {
        self.get("/api/v1/notifications/").await.expect(200)
    }

    pub async fn unread_count(&self) -> i64 {
        let count = self.get("/api/v1/notifications/unread_count/").await.expect(200);
        count["unread_count"].as_i64().expect("a count")
    }

    pub async fn mark_all_read(&self) -> Value {
        self.post_empty("/api/v1/notifications/mark_all_read/").await.expect(200)
    }

    /// A token that opens streams and nothing else.
    pub async fn stream_token(&self) -> String {
        let created = self.post_empty("/api/token/stream/").await.expect(200);
        created["token"].as_str().expect("a token").to_owned()
    }

    /// Waits until a GET has this status, and returns that response.
    pub async fn until_status(&self, path: &str, status: u16, within: Duration) -> Response {
        until(&format!("{path} is {status}"), within, async || {
            let response = self.get(path).await;
            (response.status == status).then_some(response)
        })
        .await
    }
}

impl Response {
    /// Sends a request and reads the whole response.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server responds");
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("the response is whole"),
        }
    }

    /// A header, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header is ASCII"))
    }

    pub fn is_replayed(&self) -> bool {
        self.header("Idempotent-Replayed") == "true"
    }

    pub fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.body);
        parsed.unwrap_or_else(|e| panic!("{e} in the body of {self:?}"))
    }

    /// The body as JSON; the status must be this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// The problem (RFC 9457); it must have this status and code, and the form of all errors.
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

    /// Requires 429 with a `Retry-After` of at most this many seconds, and returns the seconds.
    #[track_caller]
    pub fn throttled(self, most: u64) -> u64 {
        let seconds = self.header("Retry-After").parse().expect("a whole number of seconds");
        assert!((1..=most).contains(&seconds), "{seconds}");
        let problem = self.problem(429, "throttled");
        assert_eq!(problem["detail"], "Request was throttled.");
        seconds
    }

    /// Requires 503 `storage_unavailable` with a `Retry-After` of at most a minute.
    #[track_caller]
    pub fn storage_unavailable(self) -> Value {
        let seconds: u32 = self.header("Retry-After").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
        self.problem(503, "storage_unavailable")
    }
}
