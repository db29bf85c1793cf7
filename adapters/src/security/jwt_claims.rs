use std::fmt;

use leopard_core::domain::account::{Claims, TokenKind};
use leopard_core::domain::id::{ApiKeyId, SessionId, TokenId, UserId};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

use super::jwt_time::NumericDate;

#[derive(Serialize)]
pub(super) struct WrittenClaims<'a> {
    token_type: &'a str,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    /// A string, as `SimpleJWT` writes it.
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_key: Option<i64>,
}

impl<'a> From<&'a Claims> for WrittenClaims<'a> {
    fn from(claims: &'a Claims) -> Self {
        Self {
            token_type: claims.kind.as_str(),
            exp: claims.expires_at.timestamp(),
            iat: claims.issued_at.map(|at| at.timestamp()),
            nbf: claims.not_before.map(|at| at.timestamp()),
            jti: claims.id.as_ref().map(|id| id.0.as_str()),
            user_id: claims.user.to_string(),
            sid: claims.session.as_ref().map(|id| id.0.as_str()),
            issuer_key: claims.issuer.map(|id| id.0),
        }
    }
}

/// The claims of a received token. Other claims are ignored; these must have their type, and `null` is not
/// absent.
#[derive(Deserialize)]
pub(super) struct ReadClaims {
    token_type: String,
    exp: NumericDate,
    #[serde(default, deserialize_with = "not_null")]
    iat: Option<NumericDate>,
    #[serde(default, deserialize_with = "not_null")]
    nbf: Option<NumericDate>,
    #[serde(default, deserialize_with = "not_null")]
    jti: Option<String>,
    #[serde(deserialize_with = "user_number")]
    user_id: i64,
    #[serde(default, deserialize_with = "not_null")]
    sid: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    issuer_key: Option<i64>,
}

impl ReadClaims {
    /// The claims, if the kind is known. Fractions of a second are rounded against the bearer.
    pub(super) fn into_claims(self) -> Option<Claims> {
        Some(Claims {
            kind: TokenKind::parse(&self.token_type)?,
            user: UserId(self.user_id),
            session: self.sid.map(SessionId),
            id: self.jti.map(TokenId),
            issuer: self.issuer_key.map(ApiKeyId),
            issued_at: self.iat.map(|date| date.floor),
            not_before: self.nbf.map(|date| date.ceil),
            expires_at: self.exp.floor,
        })
    }
}

/// A member that may be absent, but not `null`.
fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A positive whole number, or a string of nothing else.
fn user_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = deserializer.deserialize_any(UserNumberVisitor)?;
    if number > 0 { Ok(number) } else { Err(D::Error::custom("not positive")) }
}

struct UserNumberVisitor;

impl Visitor<'_> for UserNumberVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a positive whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::custom("not only digits"));
        }
        text.parse().map_err(E::custom)
    }
}
