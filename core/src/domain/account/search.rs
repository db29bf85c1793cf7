//! How users are found by what somebody types: by the beginnings of words.
//!
//! The words of a user are the parts of username and names between white space, and what follows a
//! sign within such a part: `anna.hill-stone` is found by `anna`, `anna.h`, `hill` and `stone`, and
//! not by `nna`. Case does not matter in any script, accents do, and no sign means anything but itself.

use std::collections::BTreeSet;

use crate::domain::field::FieldError;
use crate::domain::text::check_kept;

/// A word under which a user is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWord {
    /// The word, folded.
    pub text: String,
    /// How many bytes of its beginning the user's word before it in the order of bytes has too. A
    /// user of whom several words begin with a term is found by the first: the one that shares less
    /// with its predecessor than the term is long.
    pub shared: usize,
}

impl SearchWord {
    /// The words of a user, in the order of their bytes.
    #[must_use]
    pub fn all_of(username: &str, first_name: &str, last_name: &str) -> Vec<Self> {
        let fields = [username, first_name, last_name];
        let parts = fields.iter().flat_map(|field| field.split_whitespace());
        let mut texts = BTreeSet::new();
        for part in parts.map(fold) {
            texts.extend(beginnings(&part).map(|begin| part[begin..].to_owned()));
        }
        let mut words: Vec<Self> = Vec::with_capacity(texts.len());
        for text in texts {
            let before = words.last().map_or("", |word| word.text.as_str());
            let shared = shared(before, &text);
            words.push(Self { text, shared });
        }
        words
    }
}

/// What a user must be found by: of each term a word that begins with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerms {
    lead: String,
    others: Vec<String>,
}

impl SearchTerms {
    /// The most characters that somebody may type.
    pub const MAX: usize = 150;

    /// The terms of a text, parted by white space; none where it is blank.
    pub fn parse(text: &str) -> Result<Option<Self>, FieldError> {
        check_kept(text, Self::MAX)?;
        let all: BTreeSet<String> = text.split_whitespace().map(fold).collect();
        // What another one begins with asks for nothing more.
        let says_more = |term: &&String| {
            let mut others = all.iter().filter(|other| other != term);
            !others.any(|other| other.starts_with(term.as_str()))
        };
        let mut terms: Vec<String> = all.iter().filter(says_more).cloned().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        let mut terms = terms.into_iter();
        Ok(terms.next().map(|lead| Self {
            lead,
            others: terms.collect(),
        }))
    }

    /// The longest term, which few words begin with. Users come in the order of the words that they
    /// are found by through it: who is called just so comes first.
    #[must_use]
    pub fn lead(&self) -> &str {
        &self.lead
    }

    /// The other terms. No word begins with two.
    #[must_use]
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// The word by which a user of these words is found, if they are.
    #[must_use]
    pub fn found_by<'a>(&self, words: &'a [SearchWord]) -> Option<&'a SearchWord> {
        let first = |term: &str| words.iter().find(|word| word.text.starts_with(term));
        let has_others = self.others.iter().all(|term| first(term).is_some());
        first(&self.lead).filter(|_| has_others)
    }
}

/// The text without its case, in every script: where letters have several small forms (`σ`, `ς`), or
/// a large one is two letters (`ß`, `SS`), all of them become one.
pub(in crate::domain) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where words begin: at the beginning, and where a letter or digit follows a sign.
fn beginnings(part: &str) -> impl Iterator<Item = usize> {
    let mut follows_sign = false;
    part.char_indices().filter_map(move |(place, c)| {
        let begins = place == 0 || (follows_sign && c.is_alphanumeric());
        follows_sign = !c.is_alphanumeric();
        begins.then_some(place)
    })
}

/// How many bytes both begin with.
fn shared(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    pairs.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(username: &str, first_name: &str, last_name: &str) -> Vec<SearchWord> {
        SearchWord::all_of(username, first_name, last_name)
    }

    fn finds(text: &str, words: &[SearchWord]) -> bool {
        let terms = SearchTerms::parse(text).unwrap();
        terms.is_none_or(|terms| terms.found_by(words).is_some())
    }

    #[test]
    fn words_begin_after_white_space_and_after_signs() {
        let words = words("anna.hill", " Anna  Maria", "Stone-Hill");
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["anna", "anna.hill", "hill", "maria", "stone-hill"]);
        let shared: Vec<_> = words.iter().map(|word| word.shared).collect();
        assert_eq!(shared, [0, 4, 0, 0, 0]);
    }

    #[test]
    fn every_term_begins_a_word() {
        let anna = words("anna.hill_3", "Anna Maria", "de Stone");
        for text in [
            "",
            " ",
            "a",
            "ANNA",
            "anna.h",
            "hill",
            "3",
            "mar ann",
            "de sto",
            "anna maria",
        ] {
            assert!(finds(text, &anna), "{text:?}");
        }
        for text in ["nna", "ill", "anna x", "de stones"] {
            assert!(!finds(text, &anna), "{text:?}");
        }
    }

    #[test]
    fn no_sign_means_anything_but_itself() {
        let anna = words("an_na", "", "");
        for text in ["%", "_", "a%", "%na", "a_n", "an.na", "\\", "'", "*"] {
            assert!(!finds(text, &anna), "{text:?}");
        }
        for text in ["an_", "an_na", "na"] {
            assert!(finds(text, &anna), "{text:?}");
        }
        assert!(finds("_b", &words("_bot", "", "")));
    }

    #[test]
    fn case_does_not_matter_in_any_script() {
        let zoe = words("ZOË", "Ἀχιλλεύς", "Weiß-ΟΔΥΣΣΕΥΣ");
        for text in [
            "zoë",
            "Zoë",
            "ἀχιλλεύς",
            "ἈΧΙΛΛΕΎΣ",
            "WEISS",
            "weiß",
            "οδυσσευς",
        ] {
            assert!(finds(text, &zoe), "{text}");
        }
        assert!(!finds("zoe", &zoe), "accents matter");
        assert!(finds("山田", &words("y", "山田太郎", "")));
    }

    #[test]
    fn the_longest_term_leads_and_none_is_there_twice() {
        let terms = SearchTerms::parse("b an anna ANNA bo").unwrap().unwrap();
        assert_eq!(terms.lead(), "anna");
        assert_eq!(terms.others(), ["bo"]);
        assert_eq!(SearchTerms::parse(" \t"), Ok(None));
    }

    #[test]
    fn what_is_typed_is_not_endless_and_holds_no_null() {
        assert!(SearchTerms::parse(&"日".repeat(150)).is_ok());
        let long = SearchTerms::parse(&"x".repeat(151));
        assert_eq!(long, Err(FieldError::TooLong(150)));
        let null = SearchTerms::parse("a\0");
        assert_eq!(null, Err(FieldError::NullCharacters));
    }

    #[test]
    fn of_several_words_that_begin_alike_the_first_shares_less_than_the_term_is_long() {
        let anna = words("anna", "Ann-Anne", "Annabel");
        for term in ["a", "an", "ann", "anna", "annab", "ann-", "x"] {
            let begun = anna.iter().filter(|word| word.text.starts_with(term));
            let firsts: Vec<_> = begun.filter(|word| word.shared < term.len()).collect();
            let terms = SearchTerms::parse(term).unwrap().unwrap();
            let found: Vec<_> = terms.found_by(&anna).into_iter().collect();
            assert_eq!(firsts, found, "{term}");
        }
    }
}
