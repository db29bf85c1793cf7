//! Mentions: `@name` in a text.

use std::collections::{BTreeMap, BTreeSet};

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::id::UserId;

/// A user whom a text names. Positions count Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub user: UserId,
    /// Where the `@` stands.
    pub start: usize,
    /// The first position after the name.
    pub end: usize,
}

/// Every name that the text may mean: who of them exists, the store knows.
#[must_use]
pub fn names(text: &str) -> BTreeSet<String> {
    let readings = places(text).into_iter().flat_map(Place::readings);
    readings.map(str::to_owned).collect()
}

/// Whom the text mentions, now that it is known which of its [`names`] somebody has. A sign that
/// ends a sentence belongs to a name only if somebody is called so.
#[must_use]
pub fn mentions(text: &str, known: &BTreeMap<String, UserId>) -> Vec<Mention> {
    let meant = |place: Place<'_>| {
        let mut readings = place.readings();
        readings.find_map(|name| {
            Some(Mention {
                user: *known.get(name)?,
                start: place.start,
                end: place.start + 1 + name.chars().count(),
            })
        })
    };
    places(text).into_iter().filter_map(meant).collect()
}

/// A place in a text where somebody may be named.
#[derive(Clone, Copy)]
struct Place<'a> {
    start: usize,
    /// The longest reading.
    name: &'a str,
}

impl<'a> Place<'a> {
    /// What may be meant, the longest first.
    fn readings(self) -> impl Iterator<Item = &'a str> {
        let shorter = |name: &&'a str| {
            let shorter = name.strip_suffix(['.', '-', '_'])?;
            (!shorter.is_empty()).then_some(shorter)
        };
        std::iter::successors(Some(self.name), shorter)
    }
}

fn places(text: &str) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut before = None;
    for (start, (offset, sign)) in text.char_indices().enumerate() {
        if sign == '@' && !before.is_some_and(is_of_address) {
            let rest = &text[offset + 1..];
            let name = rest.split(|sign| !is_of_name(sign)).next().unwrap_or("");
            let after = rest[name.len()..].chars().next();
            if !name.is_empty() && !after.is_some_and(goes_on) {
                places.push(Place { start, name });
            }
        }
        // A mark belongs to the sign that it stands on.
        if !is_mark(sign) {
            before = Some(sign);
        }
    }
    places
}

fn is_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-')
}

/// Whether an `@` after this sign is that of an e-mail address (RFC 5322, section 3.2.3) or in a path.
fn is_of_address(sign: char) -> bool {
    is_of_name(sign) || "@!#$%&'*+/=?^`{|}~".contains(sign)
}

/// Whether what this sign follows is only the beginning of a name or of an address.
fn goes_on(sign: char) -> bool {
    matches!(sign, '@' | '+') || is_mark(sign)
}

/// Whether it changes the sign before it, as an accent that is written by itself does.
fn is_mark(sign: char) -> bool {
    sign.general_category_group() == GeneralCategoryGroup::Mark
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What of the text is a mention, where these names are known.
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
    fn a_name_ends_where_a_reader_would_end_it() {
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
    fn what_is_no_mention_names_nobody() {
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
            // Names may hold a plus.
            "@bob+ops",
            "@bob.+ops",
            // Written with the accent by itself, it is another name.
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
        fn a_mention_lies_in_its_text_and_is_one_of_its_names(text in "[@a-c.+\u{e9}\u{301}🐆 ]{0,24}") {
            let names = names(&text);
            let known = names.iter().cloned().zip((1..).map(UserId)).collect();
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
    }
}
