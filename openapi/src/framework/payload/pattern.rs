//! Patterns of texts in requests.

/// No text holds U+0000.
pub(crate) const NO_NUL: &str = r"^[^\u0000]*$";

/// Ranges of white space: languages do not agree on `\s`.
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

/// A text that is not blank. The pattern is anchored at both ends, because some languages anchor
/// patterns anyway, and each character matches one part of it only, so that no engine backtracks.
pub(super) fn not_blank() -> String {
    let escaped = |letter| format!(r"\u{:04x}", u32::from(letter));
    let white = WHITE_SPACE.map(|(first, last)| match (escaped(first), escaped(last)) {
        (first, last) if first == last => first,
        (first, last) => format!("{first}-{last}"),
    });
    let white = white.concat();
    format!(r"^[{white}]*[^{white}\u0000][^\u0000]*$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_ranges_equal_those_of_rust() {
        for letter in '\0'..=char::MAX {
            let mut ranges = WHITE_SPACE.iter();
            let listed = ranges.any(|(first, last)| (*first..=*last).contains(&letter));
            assert_eq!(listed, letter.is_whitespace(), "{letter:?}");
        }
    }
}
