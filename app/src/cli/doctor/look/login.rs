//! Who asks: a token that was given, or a log in that ends with this command.

use http::{Method, StatusCode};
use serde_json::json;

use super::site::{Site, Trouble};
use crate::cli::doctor::answer::Answer;

/// What to ask with.
pub struct Login {
    pub access: String,
    /// What ends the log in.
    refresh: Option<String>,
}

impl Login {
    /// With a token of somebody else's log in.
    pub fn with_token(access: String) -> Self {
        Self {
            access,
            refresh: None,
        }
    }

    /// Logs in. What is no pair of tokens is handed over.
    pub async fn begin(
        site: &Site,
        name: &str,
        password: &str,
    ) -> Result<Result<Self, Answer>, Trouble> {
        let credentials = json!({ "username": name, "password": password });
        let question = site.request(Method::POST, "/api/token/").json(&credentials);
        let answer = site.ask(question).await?;
        let pair = answer.json();
        let token = |kind: &str| pair[kind].as_str().map(str::to_owned);
        Ok(match (answer.status(), token("access"), token("refresh")) {
            (StatusCode::OK, Some(access), refresh @ Some(_)) => Ok(Self { access, refresh }),
            _ => Err(answer),
        })
    }

    /// Logs out of what was begun here.
    pub async fn end(self, site: &Site) {
        if let Some(refresh) = self.refresh {
            let path = "/api/token/blacklist/";
            let question = site.request(Method::POST, path);
            // It ends by itself where it cannot be ended.
            let _ = site
                .ask(question.json(&json!({ "refresh": refresh })))
                .await;
        }
    }
}
