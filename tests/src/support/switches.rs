//! What somebody who runs the tests may ask of them.

use std::env;
use std::ffi::OsString;

/// Set to 1, it lets tests that go on for rounds go on for many more: `./tests/run --long`.
pub const LONG: &str = "TEST_LONG";

/// A number that repeats the random choices of a test that has failed.
pub const SEED: &str = "TEST_SEED";

/// Whether the tests may take long.
pub fn is_long() -> bool {
    read(LONG).is_some_and(|value| value == "1")
}

/// The seed that is to be used, if one is asked for.
pub fn seed() -> Option<u64> {
    let text = read(SEED)?.into_string();
    let number = text.ok().and_then(|text| text.parse().ok());
    Some(number.unwrap_or_else(|| panic!("{SEED} is no number")))
}

#[allow(clippy::disallowed_methods, reason = "these are of the tests and no settings of Leopard")]
fn read(name: &str) -> Option<OsString> {
    env::var_os(name)
}
