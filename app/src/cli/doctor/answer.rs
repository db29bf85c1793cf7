//! What the deployment answered, as plain data.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode, Version};
use serde_json::Value;

/// The head of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
}

impl Head {
    /// A header, empty where there is none or where it is no text.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A whole answer, with the time of this machine when it was asked for and when it had come.
#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    pub body: Bytes,
    pub asked: DateTime<Utc>,
    pub came: DateTime<Utc>,
}

impl Answer {
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The body as JSON, null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of the error that Leopard answered; none where something else answered.
    pub fn error_code(&self) -> Option<String> {
        let is_problem = self.head.header("content-type") == "application/problem+json";
        let code = self.json()["code"].as_str().map(str::to_owned);
        code.filter(|_| is_problem)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An answer that is made up.
    pub fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Answer {
            head: Head {
                status: StatusCode::from_u16(status).unwrap(),
                version: Version::HTTP_11,
                headers: headers.collect(),
            },
            body: Bytes::copy_from_slice(body.as_bytes()),
            asked: DateTime::UNIX_EPOCH,
            came: DateTime::UNIX_EPOCH,
        }
    }

    /// An error in the shape that Leopard gives it.
    pub fn problem(status: u16, code: &str) -> Answer {
        let headers = [("content-type", "application/problem+json")];
        answer(status, &headers, &format!(r#"{{"code":"{code}"}}"#))
    }

    #[test]
    fn an_error_has_a_code_only_in_the_shape_of_leopard() {
        assert_eq!(problem(401, "x").error_code().as_deref(), Some("x"));
        let page = answer(401, &[("content-type", "text/html")], r#"{"code":"x"}"#);
        assert_eq!(page.error_code(), None);
    }
}
