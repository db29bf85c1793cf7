//! `X-Forwarded-For` of any bytes, up to the largest that a request can carry.

use std::net::{IpAddr, Ipv4Addr};

use poem::http::{HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{request_from, trusting};
use super::*;
use crate::fixtures::cases;

/// The most bytes of the head of a request, and so of a header.
const HEAD: usize = 16 * 1024;
/// A network of trusted proxies.
const TRUSTED: [&str; 1] = ["10.0.0.0/8"];

/// Bytes that a header can have, with many signs of addresses among them.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let sign = prop_oneof![
        3 => prop::sample::select(b"0123456789abcdef.:,[] \t\"".to_vec()),
        1 => (0x20..=0xff_u8).prop_filter("a control character", |byte| *byte != 0x7f),
    ];
    vec(sign, 0..HEAD)
}

/// An address, in the trusted network or not.
fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
        any::<[u8; 3]>().prop_map(|[b, c, d]| Ipv4Addr::new(10, b, c, d).into()),
        any::<u128>().prop_map(|bits| std::net::Ipv6Addr::from_bits(bits).into()),
    ]
}

/// The way of a request from this peer that has this header.
fn chain(peer: IpAddr, header: &[u8]) -> ProxyChain {
    let mut request = request_from(&peer.to_string(), "/", &[]);
    let name = HeaderName::from_static("x-forwarded-for");
    let value = HeaderValue::from_bytes(header).expect("no control characters");
    request.headers_mut().insert(name, value);
    ProxyChain::of(&trusting(request, &TRUSTED))
}

fn is_trusted(address: IpAddr) -> bool {
    matches!(address.to_canonical(), IpAddr::V4(address) if address.octets()[0] == 10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(100, 20_000)))]

    #[test]
    fn untrusted_peer_is_the_client_with_any_header(peer in address(), header in bytes()) {
        prop_assume!(!is_trusted(peer));
        let expected = ProxyChain { client: Some(peer), proxies: 0 };
        prop_assert_eq!(chain(peer, &header), expected);
    }

    #[test]
    fn client_is_the_proxy_or_an_address_in_its_header(header in bytes()) {
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let client = chain(proxy, &header).client.expect("a peer has an address");
        let text = String::from_utf8_lossy(&header).into_owned();
        let is_in_header = || text.split(',').any(|element| address_of(element) == Some(client));
        prop_assert!(client == proxy || is_in_header(), "{client} of {text:?}");
    }

    #[test]
    fn elements_before_the_client_are_ignored(header in bytes(), client in address(), proxies in 0..50_usize) {
        prop_assume!(!is_trusted(client));
        let honest = format!("{client}{}", ",10.0.0.2".repeat(proxies));
        let forged = [&header[..], b",", honest.as_bytes()].concat();
        let expected = ProxyChain { client: Some(client), proxies: proxies + 1 };
        prop_assert_eq!(chain([10, 0, 0, 1].into(), &forged), expected);
    }
}

fn address_of(element: &str) -> Option<IpAddr> {
    super::address(element.trim())
}
