//! The network address of a client.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The network part of an IPv6 address. A device chooses the other bits itself and may change them at will
/// (RFC 4291, section 2.5.1; RFC 8981).
const NETWORK_BITS: u32 = 64;

/// The part of an IPv6 address that is assigned to one site (RFC 6177).
const SITE_BITS: u32 = 48;

/// The source of requests that count as one client: an IPv4 address, or an IPv6 network of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/{NETWORK_BITS}"),
        }
    }
}

impl ClientNetwork {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => first_bits(address, NETWORK_BITS),
            address @ IpAddr::V4(_) => address,
        })
    }

    /// The site of the network: an IPv4 address itself, or an IPv6 network of 48 bits. One site has 65,536
    /// networks of 64 bits and should be served as one.
    #[must_use]
    pub fn site(self) -> Self {
        Self(match self.0 {
            IpAddr::V6(network) => first_bits(network, SITE_BITS),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The address with only its first bits.
fn first_bits(address: Ipv6Addr, bits: u32) -> IpAddr {
    let rest = Ipv6Addr::BITS - bits;
    Ipv6Addr::from_bits(address.to_bits() >> rest << rest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_is_an_ipv4_address_or_an_ipv6_network() {
        let of = |text: &str| ClientNetwork::of(text.parse().unwrap());
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("192.0.2.1").to_string(), "192.0.2.1");
        assert_eq!(of("2001:db8::1").to_string(), "2001:db8::/64");
    }

    #[test]
    fn networks_of_one_site_share_it() {
        let site = |text: &str| ClientNetwork::of(text.parse().unwrap()).site();
        assert_eq!(site("2001:db8::1"), site("2001:db8:0:ffff::1"));
        assert_ne!(site("2001:db8::1"), site("2001:db8:1::1"));
        assert_ne!(site("192.0.2.1"), site("192.0.2.2"));
    }

    #[test]
    fn client_is_displayed_as_an_address_or_a_network() {
        let shown = |text: &str| ClientNetwork::of(text.parse().unwrap()).to_string();
        assert_eq!(shown("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(shown("2001:db8::7:1"), "2001:db8::/64");
    }
}
