//! Words as they were made when this step was written; later ones are the business of later steps.

use std::collections::BTreeSet;

use crate::fold::fold;

/// The words of these names in the order of their bytes, each with how many bytes of its beginning
/// the word before it has too.
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
