//! Random passwords and keys.

use crate::cli_error::CliError;

/// Without characters that look alike, so that a person can type it.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Random characters of five bits each.
///
/// # Errors
/// If the operating system has no randomness.
pub fn text(length: usize) -> Result<String, CliError> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError(format!("the operating system has no randomness: {error}")))?;
    Ok(bytes.into_iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}
