//! Number of cases of property tests.

/// This many cases, and 50 times as many under `./tests/run --long`.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, no setting of the server")]
pub(crate) fn cases(ordinary: u32) -> u32 {
    let is_long = std::env::var_os("TEST_LONG").is_some_and(|value| value == "1");
    if is_long { 50 * ordinary } else { ordinary }
}
