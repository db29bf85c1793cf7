use std::net::IpAddr;

use ipnet::IpNet;

/// Whose pages may call the API from a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Everybody's: no cookies are used, so nothing is given away by that.
    Any,
    /// Those of these origins, such as `https://app.example.com`.
    Only(Vec<String>),
}

/// How the API stands towards the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSettings {
    /// Whose pages may call it.
    pub cors_origins: CorsOrigins,
    /// Whose `X-Forwarded-*` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl HttpSettings {
    /// Whether this peer is a proxy of ours.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        // A listener on `::` shows IPv4 peers as mapped addresses.
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|net| net.contains(&peer))
    }
}
