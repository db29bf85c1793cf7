use leopard_core::service::accounts;
use poem_openapi::Object;

/// A pair of tokens.
#[derive(Object)]
#[oai(rename = "TokenPair")]
pub(super) struct TokenPairView {
    /// Calls the API: `Authorization: Bearer …`.
    access: String,
    /// Is exchanged for the next pair, once.
    refresh: String,
}

impl From<accounts::TokenPair> for TokenPairView {
    fn from(pair: accounts::TokenPair) -> Self {
        Self {
            access: pair.access,
            refresh: pair.refresh,
        }
    }
}

/// A token that opens streams and nothing else, so that it may stand in a URL.
#[derive(Object)]
#[oai(rename = "StreamToken")]
pub(super) struct StreamTokenView {
    /// The token.
    token: String,
    /// For how many seconds it counts.
    expires_in: i64,
}

impl From<accounts::StreamToken> for StreamTokenView {
    fn from(token: accounts::StreamToken) -> Self {
        Self {
            token: token.token,
            expires_in: token.expires_in,
        }
    }
}

/// Nothing more to say: an empty object.
#[derive(Object)]
pub(crate) struct Empty {}
