use crate::Failure;
use crate::domain::account::{Claims, KeyHash, KeySecret};
use crate::domain::id::{SessionId, TokenId};

/// Signs and reads tokens.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// A random session id that cannot be guessed.
    fn new_session_id(&self) -> SessionId;

    /// A random token id that cannot be guessed.
    fn new_token_id(&self) -> TokenId;

    /// A random secret of an API key.
    fn new_key_secret(&self) -> KeySecret;

    /// The SHA-256 of a secret.
    fn hash_key(&self, secret: KeySecret) -> KeyHash;

    /// The signed token with these claims.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if signing fails.
    fn issue(&self, claims: Claims) -> Result<String, Failure>;

    /// The claims of a token with a valid signature. Its kind and times are not checked.
    ///
    /// # Errors
    ///
    /// [`Failure::TokenNotValid`] if the token is malformed or its signature is wrong.
    fn read(&self, token: String) -> Result<Claims, Failure>;
}
