//! Tells public addresses from those of one's own network.
//!
//! RFC 6890 and the IANA registries of special-purpose addresses; RFC 6052, section 2.1, and RFC 3056
//! for IPv4 addresses inside IPv6 ones. The attack it stops: a provider's answer that makes the
//! application ask a server which only it can reach, such as a cloud's metadata service
//! (`a_request_for_public_addresses_does_not_reach_this_machine`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Marks a request whose address comes out of an answer, and was not configured: it goes to public
/// addresses only.
///
/// It is an extension of the request (`request.extensions()`). A [`Transport`](super::Transport) that
/// resolves names must refuse such a request, with
/// [`TransportError::NotPublic`](super::TransportError::NotPublic), when its host is not
/// [`is_public`](PublicOnly::is_public) after resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicOnly;

impl PublicOnly {
    /// Whether an address is one of the public internet: not loopback, private, link-local, unique
    /// local, shared, reserved or multicast, nor a cloud's metadata service.
    #[must_use]
    pub fn is_public(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => is_public_v4(address),
            IpAddr::V6(address) => is_public_v6(address),
        }
    }

    /// Whether a URL names a host that cannot be public: an address of one's own network, or
    /// `localhost`.
    pub(crate) fn excludes(url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => !is_public_v4(address),
            Some(Host::Ipv6(address)) => !is_public_v6(address),
            Some(Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            None => true,
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // The metadata service of Azure has an address like anyone's.
    const WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
    let is_special = match address.octets() {
        [0 | 10 | 127, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => second & 0xc0 == 64,
        [172, second, ..] => second & 0xf0 == 16,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [198, second, ..] => second & 0xfe == 18,
        [first, ..] => first >= 224,
    };
    !is_special && address != WIRE_SERVER
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |at: usize| {
        let octets = address.octets();
        Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3])
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(embedded(12)),
        [0x2002, ..] => is_public_v4(embedded(2)),
        // Teredo and its like, documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ones_own_network_are_not_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(
                !PublicOnly::is_public(address.parse().unwrap()),
                "{address}"
            );
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.216.34",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.169.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2a00:1450::1",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(PublicOnly::is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_address_in_any_spelling_is_seen() {
        for url in [
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::ffff:127.0.0.1]/",
            "https://LOCALHOST/",
            "https://localhost./",
            "https://a.localhost/",
            "https://①②⑦.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(PublicOnly::excludes(&Url::parse(url).unwrap()), "{url}");
        }
        for url in [
            "https://example.org/",
            "https://localhost.example.org/",
            "https://8.8.8.8/",
        ] {
            assert!(!PublicOnly::excludes(&Url::parse(url).unwrap()), "{url}");
        }
    }
}
