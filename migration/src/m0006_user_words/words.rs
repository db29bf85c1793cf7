//! Word splitting as of this migration.

use std::collections::BTreeSet;

use crate::fold::fold;

/// The words of these names, ordered by bytes, each with the length of the prefix that it shares with the word
/// before it.
pub(super) fn of(names: &[String]) -> Vec<(String, i32)> {
    let parts = names.iter().flat_map(|name| name.split_whitespace());
    let mut words = BTreeSet::new();
    for part in parts.map(fold) {
        let mut after_sign = true;
        for (place, c) in part.char_indices() {
            if place == 0 || (after_sign && c.is_alphanumeric()) {
                words.insert(part[place..].to_owned());
            }
            after_sign = !c.is_alphanumeric();
        }
    }
    let mut before = String::new();
    let counted = words.into_iter().map(|word| {
        let pairs = before.bytes().zip(word.bytes());
        let shared = pairs.take_while(|(one, other)| one == other).count();
        before.clone_from(&word);
        (word, i32::try_from(shared).unwrap_or(i32::MAX))
    });
    counted.collect()
}
