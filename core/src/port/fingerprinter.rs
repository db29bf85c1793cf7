use crate::Failure;
use crate::domain::idempotency::{Fingerprint, KeyScope};

/// Tells requests apart without keeping their bodies.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Fingerprinter: Send + Sync {
    /// A keyed hash of whose request it is, for what, by which name and with which body: the same on
    /// every node and after a restart, and another one for the same body of somebody else.
    fn fingerprint(&self, scope: KeyScope, body: Vec<u8>) -> Result<Fingerprint, Failure>;
}
