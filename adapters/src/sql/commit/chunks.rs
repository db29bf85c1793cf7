//! Rows in parts of few lengths.

/// The most rows of one statement.
const MOST: usize = 64;

/// Parts whose lengths are powers of two, longest first. Each length makes a statement of its own,
/// which stays prepared: of any length there would be as many, and the long ones are large.
pub(in crate::sql) fn chunks_of<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = 1 << rows.len().min(MOST).checked_ilog2()?;
        let (chunk, rest) = rows.split_at(length);
        rows = rest;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::chunks_of;

    fn lengths(rows: usize) -> Vec<usize> {
        chunks_of(&vec![(); rows]).map(<[()]>::len).collect()
    }

    #[test]
    fn lengths_are_powers_of_two_up_to_the_most() {
        assert_eq!(lengths(0), [0; 0]);
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(23), [16, 4, 2, 1]);
        assert_eq!(lengths(64), [64]);
        assert_eq!(lengths(200), [64, 64, 64, 8]);
    }

    #[test]
    fn all_rows_are_there_in_their_order() {
        let rows: Vec<usize> = (0..139).collect();
        let joined: Vec<usize> = chunks_of(&rows).flatten().copied().collect();
        assert_eq!(joined, rows);
    }
}
