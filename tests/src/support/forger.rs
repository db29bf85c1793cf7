//! Tokens of any form, signed or not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::fixtures::now;

/// Bytes as a token's part (RFC 4648, section 5, without padding).
pub fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    serde_json::from_slice(&claims).expect("claims are JSON")
}

/// A token of exactly these texts, signed with this key.
pub fn forge(header: &str, claims: &str, key: &[u8], algorithm: Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_secret(key);
    let signature = sign(message.as_bytes(), &key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

/// The claims of a valid access token with these changes; `null` removes a claim.
pub fn claims(user: i64, changes: &Value) -> String {
    let mut claims = json!({
        "token_type": "access",
        "exp": 4_102_444_800_u64,
        "iat": now().timestamp(),
        "jti": "forged",
        "user_id": user.to_string(),
    });
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    claims.to_string()
}
