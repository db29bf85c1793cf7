//! Splits rows into chunks of few different lengths.

/// The most rows in one statement.
const MAX_CHUNK: usize = 64;

/// Splits into chunks whose lengths are powers of two, longest first. Each length needs a prepared
/// statement of its own, so there are only a few.
pub(in crate::sql) fn chunks_of<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = 1 << rows.len().min(MAX_CHUNK).checked_ilog2()?;
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
    fn chunk_lengths_are_powers_of_two() {
        assert_eq!(lengths(0), [0; 0]);
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(23), [16, 4, 2, 1]);
        assert_eq!(lengths(64), [64]);
        assert_eq!(lengths(200), [64, 64, 64, 8]);
    }

    #[test]
    fn chunks_keep_all_rows_in_order() {
        let rows: Vec<usize> = (0..139).collect();
        let joined: Vec<usize> = chunks_of(&rows).flatten().copied().collect();
        assert_eq!(joined, rows);
    }
}
