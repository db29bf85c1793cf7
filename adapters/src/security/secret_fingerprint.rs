use leopard_core::Failure;

use crate::hmac::hmac;

/// The signed text; no token begins with it.
const PURPOSE: &[u8] = b"leopard: fingerprint of the secret that nodes share";

/// A fingerprint to compare the secrets of nodes: HMAC-SHA256 of a constant text with the secret as key. It reveals
/// neither the secret nor a token.
///
/// # Errors
/// [`Failure::Internal`] if the secret cannot be a key.
pub fn secret_fingerprint(secret: &[u8]) -> Result<String, Failure> {
    hmac(PURPOSE, secret)
}
