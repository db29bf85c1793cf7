use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// The origins whose pages may call the API from a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorsOrigins {
    /// All: Leopard uses no cookies, so a page of another origin gains nothing.
    #[default]
    Any,
    /// These, such as `https://app.example.com`.
    Only(Vec<String>),
}

/// How an open stream reaches the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamDelivery {
    /// As the body of the response, which every server of poem can send. The stream ends when events have waited
    /// for the server to take them for [`STALL_TIMEOUT`](crate::stream::STALL_TIMEOUT), as when the client does
    /// not read. Events in the buffers of the server and the kernel are taken. The server itself should close
    /// such connections.
    #[default]
    Body,
    /// As a [`Handover`](crate::stream::Handover) in the extensions of a response without a body, for a
    /// server that takes it and writes the frames itself.
    HandOver,
}

/// Settings of the API's HTTP side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpSettings {
    /// The origins whose pages may call the API.
    pub cors_origins: CorsOrigins,
    /// The proxies whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How open streams reach their clients.
    pub streams: StreamDelivery,
    /// The path under which clients see the API.
    pub base_path: BasePath,
}

impl HttpSettings {
    /// Sets the origins whose pages may call the API; any by default.
    #[must_use]
    pub fn with_cors_origins(mut self, origins: CorsOrigins) -> Self {
        self.cors_origins = origins;
        self
    }

    /// Sets the proxies whose `X-Forwarded-*` headers are believed; none by default.
    #[must_use]
    pub fn with_trusted_proxies(mut self, proxies: Vec<IpNet>) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    /// Sets how open streams reach their clients; as response bodies by default.
    #[must_use]
    pub fn with_streams(mut self, delivery: StreamDelivery) -> Self {
        self.streams = delivery;
        self
    }

    /// Sets the path under which clients see the API; the root by default.
    #[must_use]
    pub fn with_base_path(mut self, path: BasePath) -> Self {
        self.base_path = path;
        self
    }

    /// Whether this peer is a trusted proxy.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        // A listener on `::` shows IPv4 peers as mapped addresses.
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|net| net.contains(&peer))
    }
}

/// The path under which clients see the API, where the server is nested in another one or a proxy
/// strips a prefix. Links of pages, the document's server and the documentation pages begin with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BasePath(String);

/// The text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidBasePath;

impl fmt::Display for InvalidBasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a path of segments with the characters A-Z a-z 0-9 . _ ~ -")
    }
}

impl std::error::Error for InvalidBasePath {}

impl BasePath {
    /// Reads a path such as `/leopard`; `/` is the root. A final slash does not matter.
    ///
    /// # Errors
    ///
    /// [`InvalidBasePath`] if it does not begin with a slash, has an empty segment, or has characters
    /// other than letters, digits and `._~-`.
    pub fn new(path: &str) -> Result<Self, InvalidBasePath> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
        let is_segment = |segment: &str| !segment.is_empty() && segment.chars().all(is_plain);
        let mut segments = path.split('/');
        if segments.next() == Some("") && segments.all(is_segment) {
            Ok(Self(path.to_owned()))
        } else {
            Err(InvalidBasePath)
        }
    }

    /// The path without a final slash; empty for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_path_has_plain_segments_and_no_final_slash() {
        let read = |path| BasePath::new(path).map(|path| path.0);
        for (path, expected) in [("/", ""), ("/a", "/a"), ("/a/", "/a"), ("/a/b-1", "/a/b-1")] {
            assert_eq!(read(path), Ok(expected.to_owned()), "{path}");
        }
        for bad in ["a", "//", "/a//b", "/a?b", "/\"", "/a b", "http://a"] {
            assert_eq!(read(bad), Err(InvalidBasePath), "{bad}");
        }
    }
}
