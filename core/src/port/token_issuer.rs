use crate::Failure;
use crate::domain::account::Claims;
use crate::domain::id::{SessionId, TokenId};

/// Signs tokens and reads them back.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// A login's identity that nobody can guess.
    fn new_session_id(&self) -> SessionId;

    /// A token's identity that nobody can guess.
    fn new_token_id(&self) -> TokenId;

    /// The signed token.
    fn issue(&self, claims: Claims) -> Result<String, Failure>;

    /// What a token says, if it is well-formed and its signature is ours;
    /// [`Failure::TokenNotValid`] otherwise. Its kind and its times are not looked at.
    fn read(&self, token: String) -> Result<Claims, Failure>;
}
