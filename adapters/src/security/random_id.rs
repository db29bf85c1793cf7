use std::fmt::Write;

/// 128 random bits of the operating system, as 32 hexadecimal digits.
pub(super) fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    // Only a broken system has no randomness, and a guessable id is worse than a panic.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let mut id = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::random_id;

    #[test]
    fn ids_are_long_and_differ() {
        let ids: HashSet<_> = (0..1_000).map(|_| random_id()).collect();
        assert_eq!(ids.len(), 1_000);
        for id in ids {
            assert_eq!(id.len(), 32);
            assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
    }
}
