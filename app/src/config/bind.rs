//! The address to listen on.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};

/// A host and a port. A host name is resolved only when the server starts to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindAddress(String);

impl BindAddress {
    /// Parses `HOST:PORT`. Without a host, as in `:8000`, it is every IPv4 address of the machine
    /// (`0.0.0.0`); an IPv6 address is written in brackets.
    pub fn parse(text: &str) -> Option<Self> {
        if text.parse::<SocketAddr>().is_ok() {
            return Some(Self(text.to_owned()));
        }
        let (host, port) = text.rsplit_once(':')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let port: u16 = port.parse().ok()?;
        let host = if host.is_empty() { "0.0.0.0" } else { host };
        host.bytes().all(is_name).then(|| Self(format!("{host}:{port}")))
    }

    /// Resolves the host; IPv4 addresses come first, so that `localhost` is `127.0.0.1`.
    ///
    /// # Errors
    /// If the system does not know the name.
    pub fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        let mut addresses: Vec<_> = self.0.to_socket_addrs()?.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        Ok(addresses)
    }
}

impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Option<Vec<String>> {
        let addresses = BindAddress::parse(text)?.resolve().ok()?;
        Some(addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn bind_address_without_host_resolves_to_all_addresses() {
        for (text, expected) in [
            ("127.0.0.1:8009", "127.0.0.1:8009"),
            ("[::1]:0", "[::1]:0"),
            (":8009", "0.0.0.0:8009"),
        ] {
            assert_eq!(resolved(text), Some(vec![expected.to_owned()]), "{text}");
        }
        let shown = BindAddress::parse("[::1]:80").unwrap().to_string();
        assert_eq!(shown, "[::1]:80");
    }

    #[test]
    fn bind_name_resolves_to_ipv4_first() {
        let found = resolved("localhost:8009").unwrap();
        assert_eq!(found[0], "127.0.0.1:8009", "{found:?}");
    }

    #[test]
    fn address_without_host_or_port_is_refused() {
        for wrong in [
            "",
            ":",
            "nowhere",
            "8009",
            "localhost:",
            "localhost:http",
            "localhost:70000",
            "::1:8000",
            "http://localhost:8000",
            "local host:8000",
        ] {
            assert_eq!(BindAddress::parse(wrong), None, "{wrong}");
        }
    }
}
