use std::fmt;

use leopard_core::Failure;
use leopard_core::domain::idempotency::Fingerprint;
use leopard_core::port::Fingerprinter;

use super::hmac::hmac;

/// What the key is derived for: tokens are signed with the secret itself, and a body may look like
/// what is signed there.
const PURPOSE: &[u8] = b"leopard: fingerprints of bodies";

/// HMAC-SHA256 of bodies, by a key that is derived from the server's secret.
pub struct BodyFingerprinter(String);

impl BodyFingerprinter {
    /// A fingerprinter of those who know the secret.
    pub fn new(secret: &[u8]) -> Result<Self, Failure> {
        hmac(PURPOSE, secret).map(Self)
    }
}

impl Fingerprinter for BodyFingerprinter {
    fn fingerprint(&self, body: Vec<u8>) -> Result<Fingerprint, Failure> {
        hmac(&body, self.0.as_bytes()).map(Fingerprint)
    }
}

impl fmt::Debug for BodyFingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyFingerprinter(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"a secret of more than thirty-two bytes";

    fn print(secret: &[u8], body: &[u8]) -> Fingerprint {
        let fingerprinter = BodyFingerprinter::new(secret).unwrap();
        fingerprinter.fingerprint(body.to_vec()).unwrap()
    }

    #[test]
    fn the_same_bytes_have_the_same_fingerprint_and_others_do_not() {
        let known = print(SECRET, b"{\"a\": 1}");
        assert_eq!(print(SECRET, b"{\"a\": 1}"), known);
        assert_ne!(print(SECRET, b"{\"a\":1}"), known);
        assert_ne!(print(SECRET, b""), known);
        assert_eq!(known.0.len(), 43);
    }

    #[test]
    fn who_does_not_know_the_secret_cannot_tell_what_a_fingerprint_is_of() {
        let known = print(SECRET, b"body");
        assert_ne!(print(b"another secret of thirty-two bytes", b"body"), known);
        let signed = hmac(b"body", SECRET).unwrap();
        assert_ne!(signed, known.0, "no signature of a token");
    }
}
