use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::Failure;
use leopard_core::domain::account::{Claims, KeyHash, KeySecret};
use leopard_core::domain::id::{SessionId, TokenId};
use leopard_core::port::TokenIssuer;

/// Remembers the claims of every token; the token is their number.
#[derive(Debug, Default)]
pub struct NumberedTokens {
    issued: Mutex<Vec<Claims>>,
    ids: AtomicUsize,
}

impl NumberedTokens {
    fn next_id(&self, what: &str) -> String {
        format!("{what}{}", self.ids.fetch_add(1, Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Claims>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenIssuer for NumberedTokens {
    fn new_session_id(&self) -> SessionId {
        SessionId(self.next_id("session"))
    }

    fn new_token_id(&self) -> TokenId {
        TokenId(self.next_id("token"))
    }

    fn new_key_secret(&self) -> KeySecret {
        let number = self.ids.fetch_add(1, Ordering::Relaxed);
        let text = format!("{number:0width$}", width = KeySecret::LENGTH);
        KeySecret::new(text).unwrap_or_else(|| unreachable!("digits of this length"))
    }

    fn hash_key(&self, secret: KeySecret) -> KeyHash {
        KeyHash(format!("hash of {}", secret.as_str()))
    }

    fn issue(&self, claims: Claims) -> Result<String, Failure> {
        let mut issued = self.lock();
        issued.push(claims);
        Ok((issued.len() - 1).to_string())
    }

    fn read(&self, token: String) -> Result<Claims, Failure> {
        let number: Option<usize> = token.parse().ok();
        let issued = self.lock();
        let claims = number.and_then(|number| issued.get(number)).cloned();
        claims.ok_or(Failure::TokenNotValid)
    }
}
