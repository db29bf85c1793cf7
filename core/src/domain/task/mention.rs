//! Mentions of users in texts: `@name`.

use std::collections::{BTreeMap, BTreeSet};

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use crate::domain::account::Username;
use crate::domain::id::UserId;

/// A mention in a text. Positions count Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub user: UserId,
    /// The position of the `@`.
    pub start: usize,
    /// The position after the name.
    pub end: usize,
}

/// The usernames that the text may mention, each once; the store knows which of them exist.
///
/// There are at most as many as the text has characters, each a slice of at most [`Username::MAX`]
/// characters.
#[must_use]
pub fn names(text: &str) -> BTreeSet<&str> {
    places(text).into_iter().flat_map(Place::names).collect()
}

/// The mentions in the text; `known` holds the existing users of its [`names`]. The longest known name
/// wins, so punctuation after a name belongs to it only if a user has that name.
#[must_use]
pub fn mentions(text: &str, known: &BTreeMap<String, UserId>) -> Vec<Mention> {
    let mention = |place: Place<'_>| {
        place.names().find_map(|name| {
            Some(Mention {
                user: *known.get(name)?,
                start: place.start,
                end: place.start + 1 + name.chars().count(),
            })
        })
    };
    places(text).into_iter().filter_map(mention).collect()
}

/// An `@` in a text, and the characters after it that may be a name.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Position of the `@`.
    start: usize,
    /// The longest run of characters after it that a name may contain.
    run: &'a str,
}

impl<'a> Place<'a> {
    /// The usernames that this place may mean, longest first: the run with less and less punctuation at its
    /// end. Names longer than [`Username::MAX`] are not built.
    fn names(self) -> impl Iterator<Item = &'a str> {
        let stem = self.run.trim_end_matches(is_punctuation);
        // Punctuation is ASCII, so a byte is a character here.
        let punctuation = self.run.len() - stem.len();
        let room = Username::MAX.checked_sub(stem.chars().count());
        let longest = room.map(|room| punctuation.min(room));
        let shortest = usize::from(stem.is_empty());
        let lengths = longest.into_iter().flat_map(move |most| (shortest..=most).rev());
        lengths.map(move |kept| &self.run[..stem.len() + kept])
    }
}

fn places(text: &str) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut before = None;
    for (start, (offset, sign)) in text.char_indices().enumerate() {
        if sign == '@' && !before.is_some_and(is_of_address) {
            let rest = &text[offset + 1..];
            let run = rest.split(|sign| !is_of_name(sign)).next().unwrap_or("");
            let after = rest[run.len()..].chars().next();
            if !run.is_empty() && !after.is_some_and(goes_on) {
                places.push(Place { start, run });
            }
        }
        // A combining mark belongs to the character before it.
        if !is_mark(sign) {
            before = Some(sign);
        }
    }
    places
}

fn is_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || is_punctuation(sign)
}

/// Whether the character may be part of a name and may also end a sentence.
fn is_punctuation(sign: char) -> bool {
    matches!(sign, '.' | '_' | '-')
}

/// Whether an `@` after this character belongs to an e-mail address (RFC 5322, section 3.2.3) or a path.
fn is_of_address(sign: char) -> bool {
    is_of_name(sign) || "@!#$%&'*+/=?^`{|}~".contains(sign)
}

/// Whether text before this character is only the start of a longer name or of an address.
fn goes_on(sign: char) -> bool {
    matches!(sign, '@' | '+') || is_mark(sign)
}

/// Whether the character is a combining mark, such as an accent of its own.
fn is_mark(sign: char) -> bool {
    sign.general_category_group() == GeneralCategoryGroup::Mark
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The mentions in the text, given these usernames.
    fn mentioned(text: &str) -> Vec<String> {
        let names = ["bob", "Zoë", "Zoe", "bob.dot.", "j.d-e_f", "日本", "हि"].map(str::to_owned);
        let known = names.into_iter().zip((1..).map(UserId)).collect();
        let found = mentions(text, &known).into_iter();
        found
            .map(|mention| {
                let signs = text.chars().skip(mention.start);
                signs.take(mention.end - mention.start).collect()
            })
            .collect()
    }

    #[test]
    fn mention_ends_where_a_reader_expects_it() {
        for (text, expected) in [
            ("@bob", "@bob"),
            ("Done, @bob.", "@bob"),
            ("(@bob)", "@bob"),
            ("@bob's", "@bob"),
            ("@bob, @Zoë!", "@bob @Zoë"),
            ("@bob...", "@bob"),
            ("@bob-", "@bob"),
            ("@bob.dot.", "@bob.dot."),
            ("@j.d-e_f", "@j.d-e_f"),
            ("🐆@bob🐆", "@bob"),
            ("“@日本”", "@日本"),
            ("@bob @bob", "@bob @bob"),
            ("\"@bob\"", "@bob"),
            ("so:\n@bob", "@bob"),
            ("@bob,@Zoë;@bob", "@bob @Zoë @bob"),
            ("@bob/@Zoë", "@bob"),
            ("thanks ❤\u{fe0f}@bob", "@bob"),
            ("\u{200b}@bob\u{200b}", "@bob"),
            ("@हि हि", "@हि"),
        ] {
            assert_eq!(mentioned(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn text_that_is_no_mention_is_ignored() {
        for text in [
            "bob",
            "@",
            "@ bob",
            "me@bob",
            "me.@bob",
            "@@bob",
            "@bobby",
            "@Bob",
            "@bob.smith",
            "@.",
            "mail bob@example.com now",
            "@bob@example.com",
            "@bob@Zoë",
            // Names may contain a plus.
            "@bob+ops",
            "@bob.+ops",
            // With a combining accent it is another name.
            "@bob\u{301}",
            "@Zoe\u{308}",
            "@हि\u{94d}",
            "zoe\u{308}@bob",
            "x+@bob",
            "user!@bob",
            "http://x/@bob",
            "{@bob}",
        ] {
            assert_eq!(mentioned(text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn mention_lies_in_its_text_and_is_one_of_its_names(text in "[@a-c.+\u{e9}\u{301}🐆 ]{0,24}") {
            let names = names(&text).into_iter().map(str::to_owned);
            let known = names.zip((1..).map(UserId)).collect();
            let mut after = 0;
            for mention in mentions(&text, &known) {
                prop_assert!(after <= mention.start && mention.end <= text.chars().count());
                let place = text.chars().skip(mention.start).take(mention.end - mention.start);
                let place: String = place.collect();
                let name = place.strip_prefix('@').unwrap();
                prop_assert_eq!(known.get(name), Some(&mention.user));
                after = mention.end;
            }
        }

        #[test]
        fn names_match_their_plain_definition(text in "[@a-c.+_\u{e9}\u{301} -]{0,32}") {
            for place in places(&text) {
                prop_assert_eq!(place.names().collect::<Vec<_>>(), plain_names(place));
            }
        }

        #[test]
        fn names_of_a_long_text_cost_no_more_than_the_text(text in long_text()) {
            let found = names(&text);
            prop_assert!(found.len() <= text.chars().count());
            prop_assert!(found.iter().all(|name| name.chars().count() <= Username::MAX));
            let plain: BTreeSet<&str> = places(&text).into_iter().flat_map(plain_names).collect();
            prop_assert!(found == plain);
        }
    }

    /// The names of a place by their definition, at quadratic cost.
    fn plain_names(place: Place<'_>) -> Vec<&str> {
        let all = std::iter::successors(Some(place.run), |name| {
            name.strip_suffix(is_punctuation).filter(|it| !it.is_empty())
        });
        all.filter(|name| name.chars().count() <= Username::MAX).collect()
    }

    /// Up to 5,000 characters in runs of one character, which are the most costly texts.
    fn long_text() -> impl Strategy<Value = String> {
        let sign = proptest::sample::select(vec!['@', 'a', '.', '-', '_', '\u{65e5}', ' ']);
        let run = (sign, prop_oneof![1..4_usize, 100..400_usize, Just(5_000)]);
        proptest::collection::vec(run, 1..40).prop_map(|runs| {
            let signs = runs.into_iter().flat_map(|(sign, count)| std::iter::repeat_n(sign, count));
            signs.take(5_000).collect()
        })
    }

    #[test]
    fn long_punctuation_yields_at_most_150_names() {
        let text = format!("@a{}", ".".repeat(4_998));
        let found = names(&text);
        let bytes: usize = found.iter().map(|name| name.len()).sum();
        assert_eq!((found.len(), bytes), (150, 150 * 151 / 2));
        let long_name = format!("@{}", "a".repeat(151));
        assert!(names(&long_name).is_empty());
    }
}
