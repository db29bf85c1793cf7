use leopard_core::service::accounts;
use poem_openapi::Object;
use serde::Serialize;

/// A pair of tokens.
#[derive(Object, Serialize)]
#[oai(rename = "TokenPair")]
pub(super) struct TokenPairView {
    /// Access token for `Authorization: Bearer …`.
    access: String,
    /// Refresh token; works once.
    refresh: String,
}

impl From<accounts::TokenPair> for TokenPairView {
    fn from(pair: accounts::TokenPair) -> Self {
        Self { access: pair.access, refresh: pair.refresh }
    }
}

/// A token that only opens streams, for use in URLs.
#[derive(Object, Serialize)]
#[oai(rename = "StreamToken")]
pub(super) struct StreamTokenView {
    /// Token.
    pub(super) token: String,
    /// Lifetime in seconds.
    pub(super) expires_in: i64,
}

/// An empty object.
#[derive(Object, Serialize)]
pub(crate) struct Empty {}
