//! Text that nobody can guess.

use crate::cli_error::CliError;

/// Without signs that look like others, so that a person can type it.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// So many random characters, five bits each.
pub fn text(length: usize) -> Result<String, CliError> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes
        .into_iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect())
}
