use std::net::SocketAddr;

use leopard_core::domain::page::PageRequest;
use poem::RequestParts;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};

use super::*;
use crate::settings::CorsOrigins;

fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
    let mut builder = poem::http::Request::builder().uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let (parts, ()) = builder.body(()).unwrap().into_parts();
    let peer: SocketAddr = "127.0.0.1:40000".parse().unwrap();
    let local: SocketAddr = "127.0.0.1:8000".parse().unwrap();
    let parts = RequestParts::from((
        parts,
        LocalAddr(local.into()),
        RemoteAddr(peer.into()),
        Scheme::HTTP,
    ));
    Request::from_parts(parts, poem::Body::empty())
}

fn trusting(mut request: Request, proxies: &[&str]) -> Request {
    request.set_data(Arc::new(HttpSettings {
        cors_origins: CorsOrigins::Any,
        trusted_proxies: proxies.iter().map(|net| net.parse().unwrap()).collect(),
    }));
    request
}

fn page(number: u64) -> Page<()> {
    Page {
        total: 5,
        request: PageRequest::new(number, 2).unwrap(),
        items: vec![],
    }
}

const PROXIED: [(&str, &str); 3] = [
    ("Host", "127.0.0.1:8000"),
    ("X-Forwarded-Host", "tasks.example.com"),
    ("X-Forwarded-Proto", "https"),
];

#[test]
fn the_pages_around_keep_the_rest_of_the_query() {
    let request = request(
        "/api/v1/tasks/?a=%20b&page=2&page_size=2",
        &[("Host", "example.com:8000")],
    );
    let around = Neighbours::of(&request, &page(2));
    let list = "http://example.com:8000/api/v1/tasks/?a=%20b&page_size=2";
    assert_eq!(around.next, Some(format!("{list}&page=3")));
    assert_eq!(around.previous, Some(list.to_owned()));
    assert_eq!(Neighbours::of(&request, &page(3)).next, None);
    assert_eq!(Neighbours::of(&request, &page(1)).previous, None);
}

#[test]
fn a_proxy_is_believed_only_if_it_is_ours() {
    let next = |request: Request| Neighbours::of(&request, &page(1)).next.unwrap();
    let ours = trusting(request("/x/", &PROXIED), &["127.0.0.0/8"]);
    assert_eq!(next(ours), "https://tasks.example.com/x/?page=2");
    let stranger = trusting(request("/x/", &PROXIED), &["10.0.0.0/8"]);
    assert_eq!(next(stranger), "http://127.0.0.1:8000/x/?page=2");
}

#[test]
fn a_strange_or_missing_host_is_replaced_by_the_local_address() {
    for headers in [&[("Host", "a b")][..], &[("Host", "user@evil")], &[]] {
        let origin = origin(&request("/x/", headers));
        assert_eq!(origin, "http://127.0.0.1:8000", "{headers:?}");
    }
}
