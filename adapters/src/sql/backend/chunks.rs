//! Splits rows into chunks of few different lengths.

/// Splits into chunks of at most `most` rows whose lengths are powers of two, longest first. Each length
/// needs a prepared statement of its own, so there are only a few.
pub(in crate::sql) fn chunks_of<T>(rows: Vec<T>, most: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let length = 1 << rows.len().min(most).checked_ilog2()?;
        Some(rows.by_ref().take(length).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::chunks_of;

    fn lengths(rows: usize, most: usize) -> Vec<usize> {
        chunks_of(vec![(); rows], most).map(|chunk| chunk.len()).collect()
    }

    #[test]
    fn chunk_lengths_are_powers_of_two() {
        assert_eq!(lengths(0, 64), [0; 0]);
        assert_eq!(lengths(1, 64), [1]);
        assert_eq!(lengths(23, 64), [16, 4, 2, 1]);
        assert_eq!(lengths(64, 64), [64]);
        assert_eq!(lengths(200, 64), [64, 64, 64, 8]);
        assert_eq!(lengths(3, 1), [1, 1, 1]);
    }

    #[test]
    fn chunks_keep_all_rows_in_order() {
        let rows: Vec<usize> = (0..139).collect();
        let joined: Vec<usize> = chunks_of(rows.clone(), 64).flatten().collect();
        assert_eq!(joined, rows);
    }
}
