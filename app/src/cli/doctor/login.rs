//! The caller of the checks: a given token, or a login that ends with the command.

use http::{Method, StatusCode};
use serde_json::json;

use super::response::Response;
use super::site::{RequestError, Site};

/// The tokens of the caller.
pub struct Login {
    pub access: String,
    /// Ends the login.
    refresh: Option<String>,
}

impl Login {
    /// Uses a given token, whose login stays.
    pub fn with_token(access: String) -> Self {
        Self { access, refresh: None }
    }

    /// Logs in. Returns the response if it holds no tokens.
    pub async fn begin(
        site: &Site,
        name: &str,
        password: &str,
    ) -> Result<Result<Self, Response>, RequestError> {
        let credentials = json!({ "username": name, "password": password });
        let request = site.request(Method::POST, "/api/token/").json(&credentials);
        let response = site.send(request).await?;
        let pair = response.json();
        let token = |kind: &str| pair[kind].as_str().map(str::to_owned);
        Ok(match (response.status(), token("access"), token("refresh")) {
            (StatusCode::OK, Some(access), refresh @ Some(_)) => Ok(Self { access, refresh }),
            _ => Err(response),
        })
    }

    /// Logs out, unless the token was given.
    pub async fn end(self, site: &Site) {
        if let Some(refresh) = self.refresh {
            let request = site.request(Method::POST, "/api/token/blacklist/");
            let request = request.json(&json!({ "refresh": refresh }));
            // A login that cannot be ended expires.
            let _ = site.send(request).await;
        }
    }
}
