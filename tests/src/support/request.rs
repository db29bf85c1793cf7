//! Requests as bytes, for connections that a test controls.

use std::fmt::Write as _;

use serde_json::Value;

/// A request that can be sent many times.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: String,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A request without a token and without a body.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self { method: method.to_owned(), path: path.into(), headers: String::new(), body: None }
    }

    pub fn get(token: &str, path: impl Into<String>) -> Self {
        Self::new("GET", path).bearer(token)
    }

    pub fn post(token: &str, path: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", path).bearer(token).json(body)
    }

    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.headers, "{name}: {value}\r\n");
        self
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    /// With these bytes as a JSON body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        self.content("application/json", body.into())
    }

    /// With a body of plain text.
    #[must_use]
    pub fn text(self, text: String) -> Self {
        self.content("text/plain", text.into())
    }

    fn content(mut self, media_type: &str, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self.header("Content-Type", media_type)
    }

    pub fn bytes(&self) -> Vec<u8> {
        let Self { method, path, headers, body } = self;
        let length = match (body, method.as_str()) {
            (Some(body), _) => format!("Content-Length: {}\r\n", body.len()),
            (None, "GET") => String::new(),
            (None, _) => "Content-Length: 0\r\n".to_owned(),
        };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: leopard\r\n{headers}{length}\r\n");
        [head.as_bytes(), body.as_deref().unwrap_or_default()].concat()
    }
}

pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}
