//! Logging in.

use std::error::Error;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use crate::Client;

/// A client that sends the token with each request.
pub async fn log_in(url: &str, username: &str, password: &str) -> Result<Client, Box<dyn Error>> {
    let pair = Client::new(url)
        .log_in()
        .body_map(|body| body.username(username).password(password))
        .send()
        .await?;
    let mut token = HeaderValue::try_from(format!("Bearer {}", pair.access))?;
    token.set_sensitive(true);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, token)]);
    let http = reqwest::Client::builder().default_headers(headers);
    Ok(Client::new_with_client(url, http.build()?))
}
