//! Search of users by the beginnings of words.
//!
//! The words of a user are the parts of username and names between white space, and the rest of a part
//! after each sign: `anna.hill-stone` is found by `anna`, `anna.h`, `hill` and `stone`, but not by `nna`.
//! Case does not matter in any script, accents do, and no character is a wildcard.

use std::collections::BTreeSet;

use crate::domain::field::FieldError;
use crate::domain::text::check_text;

/// A word that a user is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchWord {
    /// The folded word.
    pub text: String,
    /// The number of leading bytes that the word shares with the user's word before it in byte order. If
    /// several words of a user begin with a term, only the first of them shares less than the length of the
    /// term, so a store finds each user once.
    pub shared: usize,
}

impl SearchWord {
    /// The words of a user, in byte order.
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

/// The terms of a search. A user matches if each term is the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerms {
    lead: String,
    others: Vec<String>,
}

impl SearchTerms {
    /// The maximum length of a search in characters.
    pub const MAX: usize = 150;

    /// The terms of a text, separated by white space; `None` if it is blank.
    ///
    /// # Errors
    ///
    /// Those of [`check_text`].
    pub fn parse(text: &str) -> Result<Option<Self>, FieldError> {
        check_text(text, Self::MAX)?;
        let all: BTreeSet<String> = text.split_whitespace().map(fold).collect();
        // A term that another term begins with is redundant.
        let says_more = |term: &&String| {
            let mut others = all.iter().filter(|other| other != term);
            !others.any(|other| other.starts_with(term.as_str()))
        };
        let mut terms: Vec<String> = all.iter().filter(says_more).cloned().collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        let mut terms = terms.into_iter();
        Ok(terms.next().map(|lead| Self { lead, others: terms.collect() }))
    }

    /// The longest term, which the fewest words begin with. Users are listed in the order of the words that
    /// it finds, so that exact matches come first.
    pub fn lead(&self) -> &str {
        &self.lead
    }

    /// The other terms. No word begins with two terms.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// The word that the lead finds, if the user matches.
    pub fn matching_word<'a>(&self, words: &'a [SearchWord]) -> Option<&'a SearchWord> {
        let first = |term: &str| words.iter().find(|word| word.text.starts_with(term));
        let has_others = self.others.iter().all(|term| first(term).is_some());
        first(&self.lead).filter(|_| has_others)
    }
}

/// Removes case in every script. Letters with several small forms (`σ`, `ς`), and letters with two capitals
/// (`ß`, `SS`), become one form.
pub(in crate::domain) fn fold(text: &str) -> String {
    if text.is_ascii() {
        // The same, many times faster.
        return text.to_ascii_lowercase();
    }
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

/// The positions where words begin: the start, and each letter or digit after a sign.
fn beginnings(part: &str) -> impl Iterator<Item = usize> {
    let mut follows_sign = false;
    part.char_indices().filter_map(move |(place, c)| {
        let begins = place == 0 || (follows_sign && c.is_alphanumeric());
        follows_sign = !c.is_alphanumeric();
        begins.then_some(place)
    })
}

/// The number of bytes that both texts begin with.
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
        terms.is_none_or(|terms| terms.matching_word(words).is_some())
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
    fn every_term_must_begin_a_word() {
        let anna = words("anna.hill_3", "Anna Maria", "de Stone");
        for text in ["", " ", "a", "ANNA", "anna.h", "hill", "3", "mar ann", "de sto", "anna maria"]
        {
            assert!(finds(text, &anna), "{text:?}");
        }
        for text in ["nna", "ill", "anna x", "de stones"] {
            assert!(!finds(text, &anna), "{text:?}");
        }
    }

    #[test]
    fn signs_are_not_wildcards() {
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
        for text in ["zoë", "Zoë", "ἀχιλλεύς", "ἈΧΙΛΛΕΎΣ", "WEISS", "weiß", "οδυσσευς"]
        {
            assert!(finds(text, &zoe), "{text}");
        }
        assert!(!finds("zoe", &zoe), "accents matter");
        assert!(finds("山田", &words("y", "山田太郎", "")));
    }

    #[test]
    fn longest_term_leads_and_redundant_terms_are_dropped() {
        let terms = SearchTerms::parse("b an anna ANNA bo").unwrap().unwrap();
        assert_eq!(terms.lead(), "anna");
        assert_eq!(terms.others(), ["bo"]);
        assert_eq!(SearchTerms::parse(" \t"), Ok(None));
    }

    #[test]
    fn long_search_and_null_characters_are_refused() {
        assert!(SearchTerms::parse(&"日".repeat(150)).is_ok());
        let long = SearchTerms::parse(&"x".repeat(151));
        assert_eq!(long, Err(FieldError::TooLong(150)));
        let null = SearchTerms::parse("a\0");
        assert_eq!(null, Err(FieldError::NullCharacters));
    }

    #[test]
    fn only_the_first_of_similar_words_shares_less_than_the_term() {
        let anna = words("anna", "Ann-Anne", "Annabel");
        for term in ["a", "an", "ann", "anna", "annab", "ann-", "x"] {
            let begun = anna.iter().filter(|word| word.text.starts_with(term));
            let firsts: Vec<_> = begun.filter(|word| word.shared < term.len()).collect();
            let terms = SearchTerms::parse(term).unwrap().unwrap();
            let found: Vec<_> = terms.matching_word(&anna).into_iter().collect();
            assert_eq!(firsts, found, "{term}");
        }
    }
}
