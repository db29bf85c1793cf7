use std::fmt;

use leopard_core::Failure;
use leopard_core::domain::idempotency::{Fingerprint, KeyScope};
use leopard_core::port::Fingerprinter;

use crate::hmac::hmac;

/// Purpose of the derived key. The secret itself signs tokens, and a body could look like one.
const PURPOSE: &[u8] = b"leopard: fingerprints of requests";

/// HMAC-SHA256 of requests, with a key derived from the server's secret.
pub struct RequestFingerprinter(String);

impl RequestFingerprinter {
    /// Creates a fingerprinter with a key derived from this secret.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if the secret is unusable.
    pub fn new(secret: &[u8]) -> Result<Self, Failure> {
        hmac(PURPOSE, secret).map(Self)
    }
}

impl Fingerprinter for RequestFingerprinter {
    fn fingerprint(&self, scope: KeyScope, body: Vec<u8>) -> Result<Fingerprint, Failure> {
        let KeyScope { user, operation, name } = scope;
        // None of the three holds a line break, so the message is unambiguous.
        let operation = operation.name();
        let mut message = format!("{user}\n{operation}\n{}\n", name.as_str()).into_bytes();
        message.extend(body);
        hmac(&message, self.0.as_bytes()).map(Fingerprint)
    }
}

impl fmt::Debug for RequestFingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestFingerprinter(…)")
    }
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::id::{TaskId, UserId};
    use leopard_core::domain::idempotency::{KeyName, Operation};

    use super::*;

    const SECRET: &[u8] = b"a secret of more than thirty-two bytes";

    fn scope(user: i64, operation: Operation, name: &str) -> KeyScope {
        KeyScope { user: UserId(user), operation, name: KeyName::new(name.to_owned()).unwrap() }
    }

    fn print(secret: &[u8], scope: KeyScope, body: &[u8]) -> Fingerprint {
        let fingerprinter = RequestFingerprinter::new(secret).unwrap();
        fingerprinter.fingerprint(scope, body.to_vec()).unwrap()
    }

    #[test]
    fn same_request_has_the_same_fingerprint_and_others_differ() {
        let one = || scope(1, Operation::CreateTask, "k");
        let known = print(SECRET, one(), b"{\"a\": 1}");
        assert_eq!(print(SECRET, one(), b"{\"a\": 1}"), known);
        assert_eq!(known.0.len(), 43);
        for other in [&b"{\"a\":1}"[..], b"", b"\n{\"a\": 1}"] {
            assert_ne!(print(SECRET, one(), other), known);
        }
        // A reader of the database must not learn that two users sent the same request.
        for other in [
            scope(2, Operation::CreateTask, "k"),
            scope(1, Operation::CreateUser, "k"),
            scope(1, Operation::Comment(TaskId(1)), "k"),
            scope(1, Operation::CreateTask, "l"),
        ] {
            assert_ne!(print(SECRET, other, b"{\"a\": 1}"), known);
        }
    }

    #[test]
    fn fingerprint_depends_on_the_secret_and_is_no_token_signature() {
        let one = || scope(1, Operation::CreateTask, "k");
        let known = print(SECRET, one(), b"body");
        let other = print(b"another secret of thirty-two bytes", one(), b"body");
        assert_ne!(other, known);
        let message = b"1\ncreate task\nk\nbody";
        let signed = hmac(message, SECRET);
        assert_ne!(signed.unwrap(), known.0, "no signature of a token");
    }
}
