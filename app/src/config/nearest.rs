//! Which known name a misspelt one was meant to be.

/// ` (did you mean NAME?)` with the known name that is nearest to this one, or nothing where none is
/// near.
pub fn did_you_mean(unknown: &str, known: impl Iterator<Item = String>) -> String {
    let rated = known.filter_map(|name| Some((distance(unknown, &name)?, name)));
    match rated.min() {
        Some((_, name)) => format!(" (did you mean {name}?)"),
        None => String::new(),
    }
}

/// How far the known name is from the unknown one, if it is near: at most a third of the letters are
/// wrong, or the end is missing.
fn distance(unknown: &str, known: &str) -> Option<usize> {
    let own = unknown.trim_start_matches("LEOPARD_");
    let other = known.trim_start_matches("LEOPARD_");
    let edits = levenshtein(own, other);
    let shared = own.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
    let begins_alike = own.len() > 3 && shared.count() + 1 >= own.len();
    (edits * 3 <= own.len() || begins_alike).then_some(edits)
}

/// The edit distance: how many letters to insert, delete or replace (Levenshtein, 1966), in one row of
/// the table of Wagner and Fischer (1974).
fn levenshtein(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_distance_counts_letters() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("LEOPARD_LOG", "LEOPARD_LOG", 0),
            ("flaw", "lawn", 2),
            ("über", "uber", 1),
        ] {
            assert_eq!(levenshtein(from, to), expected, "{from} {to}");
            assert_eq!(levenshtein(to, from), expected, "{to} {from}");
        }
    }
}
