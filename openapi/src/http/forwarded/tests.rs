use poem::RequestParts;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};

use super::*;

/// A request from this machine.
pub(crate) fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
    request_from("127.0.0.1", uri, headers)
}

pub(super) fn request_from(peer: &str, uri: &str, headers: &[(&str, &str)]) -> Request {
    let mut builder = poem::http::Request::builder().uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let (parts, ()) = builder.body(()).unwrap().into_parts();
    let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
    let local: SocketAddr = "127.0.0.1:8000".parse().unwrap();
    let parts =
        RequestParts::from((parts, LocalAddr(local.into()), RemoteAddr(peer.into()), Scheme::HTTP));
    Request::from_parts(parts, poem::Body::empty())
}

pub(super) fn trusting(mut request: Request, proxies: &[&str]) -> Request {
    let proxies = proxies.iter().map(|net| net.parse().unwrap()).collect();
    request.set_data(Arc::new(HttpSettings::default().with_trusted_proxies(proxies)));
    request
}

/// The client of a request from this peer with this header, where 10.0.0.0/8 is trusted.
fn client(peer: &str, header: &str) -> String {
    let request = request_from(peer, "/", &[("X-Forwarded-For", header)]);
    let client = ProxyChain::of(&trusting(request, &["10.0.0.0/8"])).client;
    client.unwrap().to_string()
}

#[test]
fn client_is_the_last_address_that_is_no_trusted_proxy() {
    assert_eq!(client("10.0.0.1", "192.0.2.1"), "192.0.2.1");
    assert_eq!(client("10.0.0.1", "192.0.2.1, 10.0.0.2"), "192.0.2.1");
    // Elements that the client forged precede those that the proxies appended.
    let spoofed = "203.0.113.9, 10.0.0.9, 192.0.2.1,10.0.0.2";
    assert_eq!(client("10.0.0.1", spoofed), "192.0.2.1");
    // A client in the trusted network.
    assert_eq!(client("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

#[test]
fn header_of_an_untrusted_peer_is_ignored() {
    for header in ["203.0.113.9", "10.0.0.1", "", "127.0.0.1, 10.0.0.1"] {
        assert_eq!(client("192.0.2.1", header), "192.0.2.1", "{header}");
    }
}

#[test]
fn address_may_have_port_or_brackets_and_an_invalid_one_ends_the_chain() {
    assert_eq!(client("10.0.0.1", "192.0.2.1:4711"), "192.0.2.1");
    for address in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711"] {
        assert_eq!(client("10.0.0.1", address), "2001:db8::1");
    }
    for invalid in ["unknown", "_hidden", "", "192.0.2", "[", "\"192.0.2.1\""] {
        let header = format!("203.0.113.9, {invalid}");
        assert_eq!(client("10.0.0.1", &header), "10.0.0.1", "{invalid}");
    }
}

#[test]
fn header_lines_are_joined_and_a_mapped_peer_is_trusted() {
    let lines = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.1, 10.0.0.2")];
    let request = request_from("::ffff:10.0.0.1", "/", &lines);
    let chain = ProxyChain::of(&trusting(request, &["10.0.0.0/8"]));
    let client = "192.0.2.1".parse().ok();
    assert_eq!(chain, ProxyChain { client, proxies: 2 });
}

const PROXIED: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:8000"),
    ("X-Forwarded-Host", "tasks.example.com"),
    ("X-Forwarded-Proto", "https"),
];

#[test]
fn forwarded_host_and_scheme_need_a_trusted_proxy() {
    let trusted = trusting(request("/x/", &PROXIED), &["127.0.0.0/8"]);
    assert_eq!(origin(&trusted), "https://tasks.example.com");
    let untrusted = trusting(request("/x/", &PROXIED), &["10.0.0.0/8"]);
    assert_eq!(origin(&untrusted), "http://127.0.0.1:8000");
}

#[test]
fn host_is_that_of_the_first_trusted_proxy() {
    let origin_of = |header, hosts| {
        let headers = [("X-Forwarded-For", header), ("X-Forwarded-Host", hosts)];
        let request = request_from("10.0.0.1", "/", &headers);
        origin(&trusting(request, &["10.0.0.0/8"]))
    };
    let (near, far) = ("192.0.2.1", "192.0.2.1, 10.0.0.2");
    assert_eq!(origin_of(near, "evil.example, ours.example"), "http://ours.example");
    assert_eq!(origin_of(far, "evil.example, ours.example, inner"), "http://ours.example");
    // A proxy that replaces the header.
    assert_eq!(origin_of(far, "ours.example"), "http://ours.example");
}

#[test]
fn invalid_or_missing_host_falls_back_to_the_local_address() {
    for headers in [&[("Host", "a b")][..], &[("Host", "user@evil")], &[]] {
        let origin = origin(&request("/x/", headers));
        assert_eq!(origin, "http://127.0.0.1:8000", "{headers:?}");
    }
}
