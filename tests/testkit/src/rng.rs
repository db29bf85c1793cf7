//! Random choices that a seed repeats.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::ops::RangeInclusive;

use crate::switches::{self, SEED};

/// The origin of all random choices of a test. If the test fails, it prints how to repeat them.
pub struct Seed {
    number: u64,
    test: String,
}

impl Seed {
    /// A random seed, or the one in `TEST_SEED`. `test` is the test binary and the path of the module.
    pub fn new(test: &str) -> Self {
        Self::of(format!("--workspace --test {test}"))
    }

    /// The same for the current test, which it takes from the name of the thread.
    pub fn of_this_test() -> Self {
        Self::of(std::thread::current().name().unwrap_or_default().to_owned())
    }

    fn of(test: String) -> Self {
        let fresh = || RandomState::new().build_hasher().finish();
        let number = switches::seed().unwrap_or_else(fresh);
        Self { number, test }
    }

    /// The generator of one participant of the test.
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
                 {long}{SEED}={number} cargo test {test}"
            );
        }
    }
}

/// A random number generator (`SplitMix64`).
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

    /// A number in this range.
    pub fn among(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.number() % (range.end() - range.start() + 1)
    }

    /// One of these values.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let last = all.len().checked_sub(1).expect("a choice");
        let place = self.among(0..=last as u64);
        &all[usize::try_from(place).expect("an index")]
    }
}
