//! Environment variables that change how the tests run.

use std::env;
use std::ffi::OsString;

/// Set to 1, it makes tests that repeat something repeat it many more times: `./tests/run --long`.
pub const LONG: &str = "TEST_LONG";

/// The seed that repeats the random choices of a failed test.
pub const SEED: &str = "TEST_SEED";

/// Whether [`LONG`] is set.
pub fn is_long() -> bool {
    read(LONG).is_some_and(|value| value == "1")
}

/// The seed in [`SEED`], if it is set.
pub fn seed() -> Option<u64> {
    let text = read(SEED)?.into_string();
    let number = text.ok().and_then(|text| text.parse().ok());
    Some(number.unwrap_or_else(|| panic!("{SEED} is not a number")))
}

#[expect(clippy::disallowed_methods, reason = "a variable of the tests, not a setting of Leopard")]
fn read(name: &str) -> Option<OsString> {
    env::var_os(name)
}
