//! Who counts as one client of the network.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that say where, not who: a device chooses the rest itself, and changes
/// it at will (RFC 4291, section 2.5.1; RFC 8981).
const NETWORK_BITS: u32 = 64;

/// The bits of an IPv6 address that one site has (RFC 6177).
const SITE_BITS: u32 = 48;

/// Where requests come from that count as one client's: an IPv4 address, or an IPv6 network of
/// 64 bits.
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
    /// The one that this address belongs to.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => first_bits(address, NETWORK_BITS),
            address @ IpAddr::V4(_) => address,
        })
    }

    /// The site that it is part of: an IPv4 address by itself, or an IPv6 network of 48 bits. Whoever has
    /// such a network has 65,536 networks of 64 bits, and should not get as many turns.
    #[must_use]
    pub fn site(self) -> Self {
        Self(match self.0 {
            IpAddr::V6(network) => first_bits(network, SITE_BITS),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The address with all bits behind the first ones cleared.
fn first_bits(address: Ipv6Addr, bits: u32) -> IpAddr {
    let rest = Ipv6Addr::BITS - bits;
    Ipv6Addr::from_bits(address.to_bits() >> rest << rest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_stands_alone_and_an_ipv6_address_for_its_network() {
        let of = |text: &str| ClientNetwork::of(text.parse().unwrap());
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("192.0.2.1").to_string(), "192.0.2.1");
        assert_eq!(of("2001:db8::1").to_string(), "2001:db8::/64");
    }

    #[test]
    fn networks_of_one_site_are_one_site() {
        let site = |text: &str| ClientNetwork::of(text.parse().unwrap()).site();
        assert_eq!(site("2001:db8::1"), site("2001:db8:0:ffff::1"));
        assert_ne!(site("2001:db8::1"), site("2001:db8:1::1"));
        assert_ne!(site("192.0.2.1"), site("192.0.2.2"));
    }

    #[test]
    fn client_is_shown_as_an_address_or_a_network() {
        let shown = |text: &str| ClientNetwork::of(text.parse().unwrap()).to_string();
        assert_eq!(shown("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(shown("2001:db8::7:1"), "2001:db8::/64");
    }
}
