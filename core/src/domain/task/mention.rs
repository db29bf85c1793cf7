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
pub fn names(text: &str) -> BTreeSet<&str> {
    candidates(text).into_iter().flat_map(Candidate::names).collect()
}

/// The mentions in the text; `known` holds the existing users of its [`names`]. The longest known name
/// wins, so punctuation after a name belongs to it only if a user has that name.
pub fn mentions(text: &str, known: &BTreeMap<String, UserId>) -> Vec<Mention> {
    let mention = |candidate: Candidate<'_>| {
        let start = candidate.start;
        candidate.names().find_map(|name| {
            Some(Mention { user: *known.get(name)?, start, end: start + 1 + name.chars().count() })
        })
    };
    candidates(text).into_iter().filter_map(mention).collect()
}

/// An `@` in a text, and the characters after it that may be a name.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    /// Position of the `@`.
    start: usize,
    /// The longest run of characters after it that a name may contain.
    run: &'a str,
}

impl<'a> Candidate<'a> {
    /// The usernames that the candidate may mean, longest first: the run with less and less punctuation at its
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

fn candidates(text: &str) -> Vec<Candidate<'_>> {
    let mut candidates = Vec::new();
    let mut before = None;
    for (start, (offset, c)) in text.char_indices().enumerate() {
        if c == '@' && !before.is_some_and(is_of_address) {
            let rest = &text[offset + 1..];
            let run = rest.split(|c| !is_of_name(c)).next().unwrap_or("");
            let after = rest[run.len()..].chars().next();
            if !run.is_empty() && !after.is_some_and(continues_name) {
                candidates.push(Candidate { start, run });
            }
        }
        // A combining mark belongs to the character before it.
        if !is_mark(c) {
            before = Some(c);
        }
    }
    candidates
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || is_punctuation(c)
}

/// Whether the character may be part of a name and may also end a sentence.
fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

/// Whether an `@` after this character belongs to an e-mail address (RFC 5322, section 3.2.3) or a path.
fn is_of_address(c: char) -> bool {
    is_of_name(c) || "@!#$%&'*+/=?^`{|}~".contains(c)
}

/// Whether text before this character is only the start of a longer name or of an address.
fn continues_name(c: char) -> bool {
    matches!(c, '@' | '+') || is_mark(c)
}

/// Whether the character is a combining mark, such as an accent of its own.
fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
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
                let chars = text.chars().skip(mention.start);
                chars.take(mention.end - mention.start).collect()
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
                let quoted = text.chars().skip(mention.start).take(mention.end - mention.start);
                let quoted: String = quoted.collect();
                let name = quoted.strip_prefix('@').unwrap();
                prop_assert_eq!(known.get(name), Some(&mention.user));
                after = mention.end;
            }
        }

        #[test]
        fn names_match_their_plain_definition(text in "[@a-c.+_\u{e9}\u{301} -]{0,32}") {
            for candidate in candidates(&text) {
                prop_assert_eq!(candidate.names().collect::<Vec<_>>(), plain_names(candidate));
            }
        }

        #[test]
        fn names_of_a_long_text_cost_no_more_than_the_text(text in long_text()) {
            let found = names(&text);
            prop_assert!(found.len() <= text.chars().count());
            prop_assert!(found.iter().all(|name| name.chars().count() <= Username::MAX));
            let plain: BTreeSet<&str> = candidates(&text).into_iter().flat_map(plain_names).collect();
            prop_assert!(found == plain);
        }
    }

    /// The names of a candidate by their definition, at quadratic cost.
    fn plain_names(candidate: Candidate<'_>) -> Vec<&str> {
        let all = std::iter::successors(Some(candidate.run), |name| {
            name.strip_suffix(is_punctuation).filter(|it| !it.is_empty())
        });
        all.filter(|name| name.chars().count() <= Username::MAX).collect()
    }

    /// Up to 5,000 characters in runs of one character, which are the most costly texts.
    fn long_text() -> impl Strategy<Value = String> {
        let c = proptest::sample::select(vec!['@', 'a', '.', '-', '_', '\u{65e5}', ' ']);
        let run = (c, prop_oneof![1..4_usize, 100..400_usize, Just(5_000)]);
        proptest::collection::vec(run, 1..40).prop_map(|runs| {
            let chars = runs.into_iter().flat_map(|(c, count)| std::iter::repeat_n(c, count));
            chars.take(5_000).collect()
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
