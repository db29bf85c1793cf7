use crate::Failure;
use crate::domain::idempotency::Fingerprint;

/// Tells bodies of requests apart without keeping them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Fingerprinter: Send + Sync {
    /// A keyed hash of the body: the same on every node and after a restart.
    fn fingerprint(&self, body: Vec<u8>) -> Result<Fingerprint, Failure>;
}
