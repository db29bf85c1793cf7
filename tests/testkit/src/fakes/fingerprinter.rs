use leopard_core::Failure;
use leopard_core::domain::idempotency::{Fingerprint, KeyScope};
use leopard_core::port::Fingerprinter;

/// Takes the scope and the body themselves for their fingerprint.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainFingerprinter;

impl Fingerprinter for PlainFingerprinter {
    fn fingerprint(&self, scope: KeyScope, body: Vec<u8>) -> Result<Fingerprint, Failure> {
        Ok(Fingerprint(format!("{scope:?} {}", String::from_utf8_lossy(&body))))
    }
}
