//! Random choices that can be repeated.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::RangeInclusive;

use super::switches::{self, SEED};

/// Where all choices of a test come from. Dropped by a test that fails, it says how to repeat them.
pub struct Seed {
    number: u64,
    test: &'static str,
}

impl Seed {
    /// A new one, or the one of `TEST_SEED`; `test` is the binary and the path of the test's module.
    pub fn new(test: &'static str) -> Self {
        let fresh = || RandomState::new().build_hasher().finish();
        let number = switches::seed().unwrap_or_else(fresh);
        Self { number, test }
    }

    /// The choices of one of those who take part.
    pub fn rng(&self, part: u64) -> Rng {
        let mut mixed = Rng(self.number ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Rng(mixed.number())
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { number, test } = self;
            let long = if switches::is_long() { "TEST_LONG=1 " } else { "" };
            eprintln!(
                "the seed was {number}; repeat it with \
                 {long}{SEED}={number} cargo test --workspace --test {test}"
            );
        }
    }
}

/// A row of choices (`SplitMix64`).
pub struct Rng(u64);

impl Rng {
    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of these.
    pub fn among(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.number() % (range.end() - range.start() + 1)
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let last = all.len().checked_sub(1).expect("there is something to pick");
        let place = self.among(0..=last as u64);
        &all[usize::try_from(place).expect("a place in memory")]
    }
}
