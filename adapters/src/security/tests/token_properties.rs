//! Tokens of random bytes, up to the largest that a request can hold.

use leopard_core::Failure;
use leopard_core::port::TokenIssuer;
use proptest::collection::vec;
use proptest::prelude::*;

use super::tokens::{claims, issuer};

/// Maximum length of a request head, and so of a token.
const HEAD: usize = 16 * 1024;

/// `TEST_LONG=1` asks for many more.
#[expect(clippy::disallowed_methods, reason = "it is of the tests and no setting of Leopard")]
fn config() -> ProptestConfig {
    let is_long = std::env::var_os("TEST_LONG").is_some_and(|value| value == "1");
    ProptestConfig::with_cases(if is_long { 50_000 } else { 500 })
}

/// Random bytes, or three parts of base64url.
fn text() -> impl Strategy<Value = String> {
    let bytes =
        vec(any::<u8>(), 0..HEAD).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let part = || vec(prop::sample::select(b"ABCabc012-_=+/ ".to_vec()), 0..HEAD / 3);
    let parts = [part(), part(), part()].prop_map(|parts| {
        let parts = parts.map(|part| String::from_utf8_lossy(&part).into_owned());
        parts.join(".")
    });
    prop_oneof![bytes, parts]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn text_that_nobody_signed_is_refused(text in text()) {
        prop_assert_eq!(issuer().read(text), Err(Failure::TokenNotValid));
    }

    #[test]
    fn token_with_another_byte_anywhere_is_refused(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let token = issuer().issue(claims()).unwrap();
        let mut bytes = token.clone().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        bytes[place] = byte;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        prop_assert_eq!(issuer().read(changed), Err(Failure::TokenNotValid));
    }

    #[test]
    fn token_with_anything_before_or_behind_it_is_refused(other in text(), is_before in any::<bool>()) {
        prop_assume!(!other.is_empty());
        let token = issuer().issue(claims()).unwrap();
        let longer = if is_before { other + &token } else { token + &other };
        prop_assert_eq!(issuer().read(longer), Err(Failure::TokenNotValid));
    }
}
