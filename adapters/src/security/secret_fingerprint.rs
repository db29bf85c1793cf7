use leopard_core::Failure;

use super::hmac::hmac;

/// What is signed; no token begins so.
const PURPOSE: &[u8] = b"leopard: fingerprint of the secret that nodes share";

/// A fingerprint by which nodes compare their secrets: HMAC-SHA256 of a constant text by the secret.
/// Neither the secret nor a token can be made from it.
///
/// # Errors
/// [`Failure::Internal`] where the secret cannot be a key.
pub fn secret_fingerprint(secret: &[u8]) -> Result<String, Failure> {
    hmac(PURPOSE, secret)
}
