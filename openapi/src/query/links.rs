use std::sync::Arc;

use leopard_core::domain::page::Page;
use poem::Request;
use poem::http::uri::Authority;

use crate::settings::HttpSettings;

/// The URLs of the pages around a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Neighbours {
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
}

impl Neighbours {
    /// The URLs that this request has with another page; everything else in it is kept.
    pub(crate) fn of<T>(request: &Request, page: &Page<T>) -> Self {
        let number = page.request.number();
        let previous = (number > 1).then(|| number - 1);
        Self {
            next: page.has_next().then(|| url(request, number + 1)),
            previous: previous.map(|number| url(request, number)),
        }
    }
}

fn url(request: &Request, page: u64) -> String {
    let uri = request.uri();
    let is_page = |pair: &&str| pair.split('=').next() == Some("page");
    let kept = uri.query().unwrap_or_default().split('&');
    let mut pairs: Vec<String> = kept
        .filter(|pair| !pair.is_empty() && !is_page(pair))
        .map(str::to_owned)
        .collect();
    // The first page is the list itself, as Django links it.
    if page > 1 {
        pairs.push(format!("page={page}"));
    }
    // The routes are without the final slash that every list has.
    let path = uri.path().trim_end_matches('/');
    let mut url = format!("{}{path}/", origin(request));
    if !pairs.is_empty() {
        url.push('?');
        url.push_str(&pairs.join("&"));
    }
    url
}

/// The scheme and the host by which the client knows this server.
fn origin(request: &Request) -> String {
    let forwarded = |name| forwarded(request, name);
    let scheme =
        forwarded("X-Forwarded-Proto").filter(|scheme| scheme == "http" || scheme == "https");
    let host = forwarded("X-Forwarded-Host")
        .and_then(sane_host)
        .or_else(|| {
            request
                .header("Host")
                .map(str::to_owned)
                .and_then(sane_host)
        })
        .or_else(|| request.uri().authority().map(ToString::to_string))
        .or_else(|| Some(request.local_addr().as_socket_addr()?.to_string()))
        .unwrap_or_default();
    let scheme = scheme.unwrap_or_else(|| request.scheme().to_string());
    format!("{scheme}://{host}")
}

/// What the nearest proxy says of the client's request, if it is one of ours.
fn forwarded(request: &Request, name: &str) -> Option<String> {
    let settings = request.data::<Arc<HttpSettings>>()?;
    let peer = request.remote_addr().as_socket_addr()?;
    if !settings.trusts(peer.ip()) {
        return None;
    }
    let first = request.header(name)?.split(',').next()?.trim();
    Some(first.to_ascii_lowercase())
}

fn sane_host(host: String) -> Option<String> {
    let authority: Authority = host.parse().ok()?;
    (!authority.as_str().contains('@')).then_some(host)
}

#[cfg(test)]
mod tests;
