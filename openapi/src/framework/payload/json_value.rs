//! Parses JSON in time linear in its length at any depth, and distinguishes numbers out of range from invalid
//! JSON.

use serde_json::Value;
use serde_json::value::RawValue;

/// Replaces a number out of range. Every such number has at least as many bytes, and no field accepts this one.
const OUT_OF_RANGE: &[u8] = b"1e308";

/// The most values in a body: each takes a hundred times its bytes in memory, and no operation reads more
/// than a tenth of them.
pub(super) const MAX_VALUES: usize = 100_000;

/// Whether this text has more than [`MAX_VALUES`] values.
pub(super) fn has_too_many_values(text: &[u8]) -> bool {
    // A value and its separator have at least two bytes.
    if text.len() / 2 < MAX_VALUES {
        return false;
    }
    let mut values = 0;
    let mut at = 0;
    while at < text.len() && values <= MAX_VALUES {
        values += usize::from(matches!(text[at], b',' | b'[' | b'{'));
        at = token_end(text, at);
    }
    values > MAX_VALUES
}

/// Parses a JSON text. A number out of range in the body's object, or in arrays there, becomes a
/// number that every field refuses, so that the field is named in the error. Inside a nested object
/// it is an error of the whole text: such objects are stored as they were sent, or not at all.
pub(super) fn parse(mut text: Vec<u8>) -> serde_json::Result<Value> {
    match serde_json::from_slice(&text) {
        Err(error) if is_out_of_range(&error) => match replace_out_of_range(&mut text) {
            Replaced::InFields => serde_json::from_slice(&text),
            Replaced::NotAllowed => Err(error),
        },
        outcome => outcome,
    }
}

fn is_out_of_range(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

#[derive(Debug, PartialEq, Eq)]
enum Replaced {
    /// Every number out of range is in a field.
    InFields,
    /// A number out of range is in a nested object, or outside the body's object.
    NotAllowed,
}

/// Replaces numbers out of range in place, in one pass. Invalid JSON may become other
/// invalid JSON.
fn replace_out_of_range(text: &mut [u8]) -> Replaced {
    let mut open_objects = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let end = token_end(text, at);
        match byte {
            b'{' => open_objects += 1,
            b'}' => open_objects = open_objects.saturating_sub(1),
            b'-' | b'0'..=b'9' => {
                let number = &mut text[at..end];
                if is_number_out_of_range(number) {
                    if open_objects != 1 {
                        return Replaced::NotAllowed;
                    }
                    number.fill(b' ');
                    let shown = OUT_OF_RANGE.len().min(number.len());
                    number[..shown].copy_from_slice(&OUT_OF_RANGE[..shown]);
                }
            }
            _ => {}
        }
        at = end;
    }
    Replaced::InFields
}

/// The end of the token that begins there; a token has at least one byte.
fn token_end(text: &[u8], start: usize) -> usize {
    let rest = &text[start + 1..];
    let more = match text[start] {
        b'"' => string_length(rest),
        b'-' | b'0'..=b'9' => rest.iter().take_while(|byte| is_of_number(**byte)).count(),
        _ => 0,
    };
    start + 1 + more
}

/// The length of a string up to and with its closing quote.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let closing = text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    closing.map_or(text.len(), |closing| closing + 1)
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Whether this is a number in the grammar of JSON that has no value. A raw value is checked against
/// the grammar alone.
fn is_number_out_of_range(token: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(token).is_ok()
        && serde_json::from_slice::<f64>(token).is_err()
}

#[cfg(test)]
mod tests;
