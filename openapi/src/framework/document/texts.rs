//! Says of the texts in a request what the server asks of every one of them.

use serde_json::{Map, Value, json};

/// No text holds U+0000.
pub(crate) const KEPT: &str = r"^[^\u0000]*$";

/// What counts as white space, from each to each: languages do not agree on `\s`.
const WHITE_SPACE: [(char, char); 10] = [
    ('\t', '\r'),
    (' ', ' '),
    ('\u{85}', '\u{85}'),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];

/// A text that may not be empty is not blank either. The pattern is written for the whole text,
/// because some languages match from the beginning or to the end whether asked to or not; and so
/// that each letter can stand in one part of it only, because some try every way there is.
fn not_blank() -> String {
    let escaped = |letter| format!(r"\u{:04x}", u32::from(letter));
    let white = WHITE_SPACE.map(|(first, last)| match (escaped(first), escaped(last)) {
        (first, last) if first == last => first,
        (first, last) => format!("{first}-{last}"),
    });
    let white = white.concat();
    format!(r"^[{white}]*[^{white}\u0000][^\u0000]*$")
}

/// Gives a pattern to every text in the schema of a request body.
pub(super) fn describe(schema: &mut Map<String, Value>) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(describe);
    }
    if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
        describe(items);
    }
    let is_text = schema.get("type").is_some_and(|kind| kind == "string");
    let has_form = ["enum", "format", "pattern"].map(|name| schema.contains_key(name));
    if is_text && !has_form.contains(&true) {
        let pattern = if schema.contains_key("minLength") {
            not_blank()
        } else {
            KEPT.to_owned()
        };
        schema.insert("pattern".to_owned(), json!(pattern));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_what_the_server_takes_for_it() {
        for letter in '\0'..=char::MAX {
            let mut ranges = WHITE_SPACE.iter();
            let listed = ranges.any(|(first, last)| (*first..=*last).contains(&letter));
            assert_eq!(listed, letter.is_whitespace(), "{letter:?}");
        }
    }
}
