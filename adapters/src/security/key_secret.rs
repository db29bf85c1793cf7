//! Secrets of API keys.

use std::fmt::Write;

use leopard_core::domain::account::{KeyHash, KeySecret};
use sha2::{Digest, Sha256};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Bytes from this one on are discarded, so that every digit is equally likely.
const END: u8 = 4 * 62;

/// A secret of independent random digits of the operating system: 43 of them hold 256 bits.
pub(super) fn random() -> KeySecret {
    let mut secret = String::with_capacity(KeySecret::LENGTH);
    let mut bytes = [0_u8; 64];
    loop {
        // Only a broken system has no randomness, and a guessable secret is worse than a panic.
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        for byte in bytes.into_iter().filter(|byte| *byte < END) {
            secret.push(char::from(DIGITS[usize::from(byte % 62)]));
            if secret.len() == KeySecret::LENGTH {
                return KeySecret::new(secret).expect("digits of this length are a secret");
            }
        }
    }
}

/// A fast hash is enough: 256 random bits cannot be guessed.
pub(super) fn hash(secret: &KeySecret) -> KeyHash {
    let digest = Sha256::digest(secret.as_str().as_bytes());
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    KeyHash(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn secrets_differ() {
        let secrets: HashSet<_> = (0..1_000).map(|_| random().as_str().to_owned()).collect();
        assert_eq!(secrets.len(), 1_000);
    }

    #[test]
    fn hash_is_sha_256() {
        let secret = KeySecret::new("a".repeat(KeySecret::LENGTH)).unwrap();
        let expected = "66d34fba71f8f450f7e45598853e53bfc23bbd129027cbb131a2f4ffd7878cd0";
        assert_eq!(hash(&secret).0, expected);
    }
}
