use crate::Failure;
use crate::domain::idempotency::{Fingerprint, KeyScope};

/// Compares request bodies without storing them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Fingerprinter: Send + Sync {
    /// A keyed hash of the scope and the body of a request. It is the same on every node and after a
    /// restart, and differs between scopes for the same body.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if the key is unusable.
    fn fingerprint(&self, scope: KeyScope, body: Vec<u8>) -> Result<Fingerprint, Failure>;
}
