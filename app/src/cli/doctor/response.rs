//! Responses as plain data.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode, Version};
use serde_json::Value;

/// The head of a response.
#[derive(Debug, Clone)]
pub struct Head {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
}

impl Head {
    /// A header, empty if it is absent or not text.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A whole response.
#[derive(Debug, Clone)]
pub struct Response {
    pub head: Head,
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
        let is_problem = self.head.header("content-type") == "application/problem+json";
        let code = self.json()["code"].as_str().map(str::to_owned);
        code.filter(|_| is_problem)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A response of this content.
    pub fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Response {
            head: Head {
                status: StatusCode::from_u16(status).unwrap(),
                version: Version::HTTP_11,
                headers: headers.collect(),
            },
            body: Bytes::copy_from_slice(body.as_bytes()),
            sent: DateTime::UNIX_EPOCH,
            received: DateTime::UNIX_EPOCH,
        }
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
