//! The caller of the checks: a given token, or a login that ends with the command.

use http::StatusCode;
use serde_json::json;

use super::check::request::refused_login;
use super::report::Finding;
use super::site::Site;

/// The user whose view to check.
pub enum Caller {
    Token(String),
    Password { name: String, password: String },
}

/// The tokens of the caller.
pub struct Login {
    pub access: String,
    /// Ends the login; `None` for a given token, whose login stays.
    refresh: Option<String>,
}

impl Login {
    pub async fn begin(site: &Site, caller: Caller) -> Result<Self, Finding> {
        let (name, password) = match caller {
            Caller::Token(access) => return Ok(Self { access, refresh: None }),
            Caller::Password { name, password } => (name, password),
        };
        let credentials = json!({ "username": name, "password": password });
        let response = site.post("/api/token/", &credentials).await?;
        let pair = response.json();
        let token = |kind: &str| pair[kind].as_str().map(str::to_owned);
        match (response.status(), token("access"), token("refresh")) {
            (StatusCode::OK, Some(access), refresh @ Some(_)) => Ok(Self { access, refresh }),
            _ => Err(refused_login(&response)),
        }
    }

    /// Logs out, unless the token was given.
    pub async fn end(self, site: &Site) {
        if let Some(refresh) = self.refresh {
            // A login that cannot be ended expires.
            let _ = site.post("/api/token/blacklist/", &json!({ "refresh": refresh })).await;
        }
    }
}
