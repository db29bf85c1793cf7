//! How long property tests go on.

/// So many cases, and many more under `./tests/run --long`.
#[expect(
    clippy::disallowed_methods,
    reason = "this is of the tests and no setting of Leopard"
)]
pub(crate) fn cases(ordinary: u32) -> u32 {
    let is_long = std::env::var_os("TEST_LONG").is_some_and(|value| value == "1");
    if is_long { 50 * ordinary } else { ordinary }
}
