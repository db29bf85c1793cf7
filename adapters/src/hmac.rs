use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use leopard_core::Failure;

/// HMAC-SHA256 of a message, as base64url.
pub(crate) fn hmac(message: &[u8], key: &[u8]) -> Result<String, Failure> {
    sign(message, &EncodingKey::from_secret(key), Algorithm::HS256)
        .map_err(|error| Failure::Internal(format!("hashing: {error}")))
}
