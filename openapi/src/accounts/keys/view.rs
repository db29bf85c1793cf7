use leopard_core::domain::account::{ApiKey, PresentedKey, Scope};
use leopard_core::service::accounts;
use poem_openapi::Object;
use serde::Serialize;

use crate::framework::payload::{Name, Timestamp};
use crate::framework::query::page;

/// An API key, without its secret.
#[derive(Object, Serialize)]
#[oai(rename = "ApiKey")]
pub(super) struct ApiKeyView {
    /// Id.
    id: i64,
    /// Label.
    name: String,
    /// Beginning of the key.
    prefix: String,
    /// What the key permits.
    scopes: Vec<Name<Scope>>,
    /// Creation time.
    created_at: Timestamp,
    /// Time from which on the key is refused; null for never.
    expires_at: Option<Timestamp>,
    /// Hour of the last request; null for an unused key.
    last_used_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.0,
            prefix: key.prefix(),
            scopes: key.scopes.iter().map(Name).collect(),
            name: key.name,
            created_at: Timestamp::of(key.created_at),
            expires_at: key.expires_at.map(Timestamp::of),
            last_used_at: key.last_used_at.map(Timestamp::of),
        }
    }
}

/// A new API key.
#[derive(Object, Serialize)]
#[oai(rename = "CreatedApiKey")]
pub(super) struct CreatedKeyView {
    /// Whole key, which no later response contains; null for a retry.
    key: Option<String>,
    #[oai(flatten)]
    #[serde(flatten)]
    shown: ApiKeyView,
}

impl From<accounts::CreatedKey> for CreatedKeyView {
    fn from(created: accounts::CreatedKey) -> Self {
        let key = created.presented.map(PresentedKey::into_text);
        Self { key, shown: created.key.into() }
    }
}

page! {
    /// One page of API keys.
    ApiKeyPage of ApiKeyView
}
