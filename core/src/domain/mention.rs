//! Mentions: `@name` in a text.

use std::collections::{BTreeMap, BTreeSet};

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
        // An e-mail address has something before its sign.
        if sign == '@' && !before.is_some_and(|before| before == '@' || is_of_name(before)) {
            let rest = &text[offset + 1..];
            let name = rest.split(|sign| !is_of_name(sign)).next().unwrap_or("");
            // So has one that a sign stands before.
            if !name.is_empty() && !rest[name.len()..].starts_with('@') {
                places.push(Place { start, name });
            }
        }
        before = Some(sign);
    }
    places
}

fn is_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What of the text is a mention, where these names are known.
    fn mentioned(text: &str) -> Vec<String> {
        let names = ["bob", "Zoë", "bob.dot.", "j.d-e_f", "日本"].map(str::to_owned);
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
            ("@bob@Zoë", ""),
            ("@bob @bob", "@bob @bob"),
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
        ] {
            assert_eq!(mentioned(text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_mention_lies_in_its_text_and_is_one_of_its_names(text in "[@a-c.\u{e9}🐆 ]{0,24}") {
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
