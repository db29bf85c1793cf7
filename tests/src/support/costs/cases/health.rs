//! Health, which asks for no token.

use super::super::super::request::Request;
use super::{Case, Ceiling};

/// The longest `X-Forwarded-For` that a head of 16 KiB holds with all else in it.
const ADDRESSES: usize = 900;

pub fn cases() -> Vec<Case> {
    let paths = [
        ("getHealth", "/health/"),
        ("getLiveness", "/health/live"),
        ("getReadiness", "/health/ready"),
    ];
    let cases = paths.map(|(operation, path)| {
        let maximum = "900 addresses in X-Forwarded-For";
        Case::new(operation, maximum, Ceiling::Small, &[200], move |_, _| {
            let addresses = vec!["2001:db8::1:1"; ADDRESSES].join(", ");
            Request::new("GET", path).header("X-Forwarded-For", &addresses)
        })
    });
    cases.to_vec()
}
