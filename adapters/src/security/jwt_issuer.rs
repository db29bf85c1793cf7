use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use leopard_core::Failure;
use leopard_core::domain::account::{Claims, KeyHash, KeySecret};
use leopard_core::domain::id::{SessionId, TokenId};
use leopard_core::port::TokenIssuer;

use super::jwt_claims::{ReadClaims, WrittenClaims};
use super::key_secret;
use super::random_id::random_id;

/// The only accepted algorithm, whatever the header of a token says.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Signs tokens as JSON Web Tokens (RFC 7519) with a secret that only the server knows.
pub struct JwtIssuer {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
}

impl JwtIssuer {
    /// Minimum length of the secret in bytes: that of the hash (RFC 7518, section 3.2).
    pub const MIN_SECRET: usize = 32;
    /// Maximum length of a token in bytes; ours have about 300.
    pub const MAX_TOKEN: usize = 4_096;

    /// Creates an issuer that signs with these bytes.
    ///
    /// # Errors
    /// [`Failure::Internal`] if the secret is too short.
    pub fn new(secret: &[u8]) -> Result<Self, Failure> {
        if secret.len() < Self::MIN_SECRET {
            return Err(Failure::Internal(format!(
                "the secret has {} bytes; it needs at least {}",
                secret.len(),
                Self::MIN_SECRET
            )));
        }
        // The core checks the times, with the Clock port.
        let mut validation = Validation::new(ALGORITHM);
        validation.leeway = 0;
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Ok(Self {
            signing: EncodingKey::from_secret(secret),
            reading: DecodingKey::from_secret(secret),
            validation,
        })
    }
}

impl fmt::Debug for JwtIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtIssuer(…)")
    }
}

impl TokenIssuer for JwtIssuer {
    fn new_session_id(&self) -> SessionId {
        SessionId(random_id())
    }

    fn new_token_id(&self) -> TokenId {
        TokenId(random_id())
    }

    fn new_key_secret(&self) -> KeySecret {
        key_secret::random()
    }

    fn hash_key(&self, secret: KeySecret) -> KeyHash {
        key_secret::hash(&secret)
    }

    fn issue(&self, claims: Claims) -> Result<String, Failure> {
        let header = Header::new(ALGORITHM);
        encode(&header, &WrittenClaims::from(&claims), &self.signing)
            .map_err(|error| Failure::Internal(format!("signing a token: {error}")))
    }

    fn read(&self, token: String) -> Result<Claims, Failure> {
        if token.len() > Self::MAX_TOKEN {
            return Err(Failure::TokenNotValid);
        }
        // The error omits the reason, which would help attackers alone.
        let read = decode::<ReadClaims>(&token, &self.reading, &self.validation)
            .map_err(|_| Failure::TokenNotValid)?;
        // We support no critical extension (RFC 7515, section 4.1.11).
        if read.header.crit.is_some() {
            return Err(Failure::TokenNotValid);
        }
        read.claims.into_claims().ok_or(Failure::TokenNotValid)
    }
}
