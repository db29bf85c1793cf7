use poem::RequestParts;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};

use super::*;

/// A request that came from this machine.
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

/// The client of a request that came from this peer with this header, where 10.0.0.0/8 is ours.
fn client(peer: &str, told: &str) -> String {
    let request = request_from(peer, "/", &[("X-Forwarded-For", told)]);
    let client = Passage::of(&trusting(request, &["10.0.0.0/8"])).client;
    client.unwrap().to_string()
}

#[test]
fn the_client_is_the_last_whom_no_proxy_of_ours_is() {
    assert_eq!(client("10.0.0.1", "192.0.2.1"), "192.0.2.1");
    assert_eq!(client("10.0.0.1", "192.0.2.1, 10.0.0.2"), "192.0.2.1");
    // Whatever the client wrote itself stands before what the proxies wrote.
    let spoofed = "203.0.113.9, 10.0.0.9, 192.0.2.1,10.0.0.2";
    assert_eq!(client("10.0.0.1", spoofed), "192.0.2.1");
    // Somebody in our own network.
    assert_eq!(client("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

#[test]
fn a_stranger_is_who_it_is_whatever_it_says() {
    for told in ["203.0.113.9", "10.0.0.1", "", "127.0.0.1, 10.0.0.1"] {
        assert_eq!(client("192.0.2.1", told), "192.0.2.1", "{told}");
    }
}

#[test]
fn addresses_have_ports_or_brackets_and_what_is_none_ends_the_way() {
    assert_eq!(client("10.0.0.1", "192.0.2.1:4711"), "192.0.2.1");
    for address in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711"] {
        assert_eq!(client("10.0.0.1", address), "2001:db8::1");
    }
    for strange in ["unknown", "_hidden", "", "192.0.2", "[", "\"192.0.2.1\""] {
        let told = format!("203.0.113.9, {strange}");
        assert_eq!(client("10.0.0.1", &told), "10.0.0.1", "{strange}");
    }
}

#[test]
fn lines_of_a_header_are_one_list_and_a_mapped_peer_is_known() {
    let lines = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "192.0.2.1, 10.0.0.2")];
    let request = request_from("::ffff:10.0.0.1", "/", &lines);
    let passage = Passage::of(&trusting(request, &["10.0.0.0/8"]));
    let client = "192.0.2.1".parse().ok();
    assert_eq!(passage, Passage { client, proxies: 2 });
}

const PROXIED: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:8000"),
    ("X-Forwarded-Host", "tasks.example.com"),
    ("X-Forwarded-Proto", "https"),
];

#[test]
fn a_proxy_is_believed_only_if_it_is_ours() {
    let ours = trusting(request("/x/", &PROXIED), &["127.0.0.0/8"]);
    assert_eq!(origin(&ours), "https://tasks.example.com");
    let stranger = trusting(request("/x/", &PROXIED), &["10.0.0.0/8"]);
    assert_eq!(origin(&stranger), "http://127.0.0.1:8000");
}

#[test]
fn the_host_is_the_one_that_the_first_proxy_was_asked_for() {
    let origin_of = |told, hosts| {
        let headers = [("X-Forwarded-For", told), ("X-Forwarded-Host", hosts)];
        let request = request_from("10.0.0.1", "/", &headers);
        origin(&trusting(request, &["10.0.0.0/8"]))
    };
    let (near, far) = ("192.0.2.1", "192.0.2.1, 10.0.0.2");
    assert_eq!(origin_of(near, "evil.example, ours.example"), "http://ours.example");
    assert_eq!(origin_of(far, "evil.example, ours.example, inner"), "http://ours.example");
    // A proxy that replaces what it finds.
    assert_eq!(origin_of(far, "ours.example"), "http://ours.example");
}

#[test]
fn a_strange_or_missing_host_is_replaced_by_the_local_address() {
    for headers in [&[("Host", "a b")][..], &[("Host", "user@evil")], &[]] {
        let origin = origin(&request("/x/", headers));
        assert_eq!(origin, "http://127.0.0.1:8000", "{headers:?}");
    }
}
