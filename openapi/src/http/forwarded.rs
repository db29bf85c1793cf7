//! The client of a request and the name by which it knows this server: from the connection, or from the
//! `X-Forwarded-*` headers of trusted proxies. No other module reads these headers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leopard_core::domain::account::ClientNetwork;
use poem::http::HeaderName;
use poem::http::uri::Authority;
use poem::{FromRequest, Request, RequestBody};

use crate::http::access_record::AccessRecord;
use crate::settings::HttpSettings;

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The network of the client, for operations that need it.
pub(crate) struct RequestNetwork(pub(crate) ClientNetwork);

impl<'a> FromRequest<'a> for RequestNetwork {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(client_network(request)))
    }
}

/// The network of the client.
pub(crate) fn client_network(request: &Request) -> ClientNetwork {
    let client = ProxyChain::of(request).client;
    // All requests without a network count as one client.
    ClientNetwork::of(client.unwrap_or(std::net::Ipv4Addr::UNSPECIFIED.into()))
}

/// Adds the network of the client to the access record.
pub(crate) fn note_client(request: &Request) {
    let chain = ProxyChain::of(request);
    if chain.proxies == 0 {
        warn_if_forwarded(request);
    }
    if let Some(client) = chain.client {
        AccessRecord::note_client(request, ClientNetwork::of(client));
    }
}

/// Warns once about ignored headers: the operator may have forgotten to name the proxy.
fn warn_if_forwarded(request: &Request) {
    static HAS_WARNED: AtomicBool = AtomicBool::new(false);
    let is_forwarded = request.headers().contains_key(&FORWARDED_FOR);
    if is_forwarded && !HAS_WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            peer = %request.remote_addr(),
            "X-Forwarded-For is ignored, because the peer is not in LEOPARD_TRUSTED_PROXIES"
        );
    }
}

/// The scheme and the host by which the client knows this server.
pub(crate) fn origin(request: &Request) -> String {
    let proxies = ProxyChain::of(request).proxies;
    let forwarded = |name| forwarded(request, name, proxies);
    let scheme = forwarded(&FORWARDED_PROTO).filter(|scheme| scheme == "http" || scheme == "https");
    let host = forwarded(&FORWARDED_HOST)
        .and_then(sane_host)
        .or_else(|| sane_host(request.header("Host")?.to_owned()))
        .or_else(|| request.uri().authority().map(ToString::to_string))
        .or_else(|| Some(request.local_addr().as_socket_addr()?.to_string()))
        .unwrap_or_default();
    let scheme = scheme.unwrap_or_else(|| request.scheme().to_string());
    format!("{scheme}://{host}")
}

/// The path of a request through trusted proxies.
#[derive(Debug, PartialEq, Eq)]
struct ProxyChain {
    /// The address that connected to the first of them, or to this server.
    client: Option<IpAddr>,
    /// Number of trusted proxies.
    proxies: usize,
}

impl ProxyChain {
    /// Follows the header from its end, as long as the previous address is a trusted proxy. Any client
    /// may have written the elements before (RFC 7239, sections 5.2 and 8.1).
    fn of(request: &Request) -> Self {
        let trusts = |address: IpAddr| {
            let settings = request.data::<Arc<HttpSettings>>();
            settings.is_some_and(|settings| settings.trusts(address))
        };
        let peer = request.remote_addr().as_socket_addr();
        let mut chain = Self { client: peer.map(SocketAddr::ip), proxies: 0 };
        if !chain.client.is_some_and(trusts) {
            return chain;
        }
        let mut forwarded = values(request, &FORWARDED_FOR).into_iter().rev();
        while chain.client.is_some_and(trusts) {
            chain.proxies += 1;
            match forwarded.next().and_then(address) {
                Some(client) => chain.client = Some(client),
                None => break,
            }
        }
        chain
    }
}

/// The element of a header that the first trusted proxy wrote. Each proxy appends its own element, or
/// replaces the header.
fn forwarded(request: &Request, name: &HeaderName, proxies: usize) -> Option<String> {
    let values = values(request, name);
    let from_the_end = proxies.min(values.len());
    let place = values.len() - from_the_end;
    (from_the_end > 0).then(|| values[place].to_ascii_lowercase())
}

/// The elements of all lines of a header. An element that is not UTF-8 is empty and does not affect the others,
/// because a client may have written it.
fn values<'a>(request: &'a Request, name: &HeaderName) -> Vec<&'a str> {
    let lines = request.headers().get_all(name).into_iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(|element| str::from_utf8(element).unwrap_or_default().trim())
        .collect()
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

fn sane_host(host: String) -> Option<String> {
    let authority: Authority = host.parse().ok()?;
    (!authority.as_str().contains('@')).then_some(host)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod tests;
