//! Health, which needs no token.

use super::super::super::request::Request;
use super::Case;
use super::Ceiling::Small;

/// The longest `X-Forwarded-For` that fits into a head of 16 KiB.
const ADDRESSES: usize = 900;

pub fn cases() -> Vec<Case> {
    let paths = [
        ("getHealth", "/health/"),
        ("getLiveness", "/health/live"),
        ("getReadiness", "/health/ready"),
    ];
    let cases = paths.map(|(operation, path)| {
        Small.of(operation, "900 addresses in X-Forwarded-For", move |_, _| {
            let addresses = vec!["2001:db8::1:1"; ADDRESSES].join(", ");
            Request::new("GET", path).header("X-Forwarded-For", &addresses)
        })
    });
    cases.to_vec()
}
