//! Several words in one payload.

use crate::broker::relay::Word;

/// PostgreSQL takes payloads of fewer than 8,000 bytes.
const MOST: usize = 7_900;
const SEPARATOR: char = ',';

/// The words in as few payloads as can be.
pub(super) fn write(words: &[Word]) -> Vec<String> {
    let mut payloads: Vec<String> = vec![];
    for word in words {
        let text = word.text();
        match payloads.last_mut() {
            Some(last) if last.len() + 1 + text.len() <= MOST => {
                last.push(SEPARATOR);
                last.push_str(&text);
            }
            _ => payloads.push(text),
        }
    }
    payloads
}

/// The words of a payload, those apart that are not understood.
pub(super) fn read(payload: &str) -> Vec<Word> {
    payload.split(SEPARATOR).filter_map(Word::read).collect()
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::id::UserId;

    use super::*;

    fn updated(user: i64) -> Word {
        Word::Updated {
            user: UserId(user),
            head: user,
            revision: 1,
        }
    }

    #[test]
    fn many_words_are_few_payloads_and_none_is_lost() {
        let long = (0..1_000).map(|it| updated(i64::MAX - it));
        let words: Vec<_> = (1..=10_000).map(updated).chain(long).collect();
        let payloads = write(&words);
        assert!(payloads.len() < 40, "{}", payloads.len());
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        let read: Vec<_> = payloads.iter().flat_map(|it| read(it)).collect();
        assert_eq!(read, words);
    }

    #[test]
    fn what_is_not_understood_hides_nothing() {
        assert_eq!(write(&[]), Vec::<String>::new());
        assert_eq!(read(""), []);
        assert_eq!(read("1:1:1,?,*"), [updated(1), Word::MissedAll]);
    }
}
