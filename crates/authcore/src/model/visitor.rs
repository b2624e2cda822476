//! This file holds what is known of where a visitor comes from: the network address that the application
//! vouches for, and what their browser calls itself.
//!
//! The attack it stops: a visitor who writes an address of their choice into `X-Forwarded-For`, and is
//! then shown and counted under it. The core reads no such header; only who runs the proxy knows whether
//! one can be believed (`an_address_that_a_visitor_writes_into_a_header_is_not_theirs`).

use std::net::IpAddr;

/// The network address that a request came from: an extension of the [`http::Request`] that
/// [`Auth::handle`](crate::Auth::handle) is given, and of its parts.
///
/// The edge sets it from the connection. Behind a proxy that address is the proxy's, and a layer of the
/// application's own, which knows its proxy, sets the right one before; the edge then leaves it.
///
/// ```
/// use authcore::model::ClientAddress;
///
/// let mut request = http::Request::new(Vec::<u8>::new());
/// request.extensions_mut().insert(ClientAddress::new([192, 0, 2, 7].into()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// An address; one of IPv4 that is written as one of IPv6 (`::ffff:192.0.2.7`) is what it stands
    /// for.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }
}

/// What is known of where a visitor comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visitor {
    /// What their browser calls itself, as it was sent: it may be of any length.
    pub user_agent: Option<String>,
    /// The network address, where the application knows it.
    pub address: Option<ClientAddress>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv4_in_the_clothes_of_ipv6_is_that_address() {
        let plain = ClientAddress::new([192, 0, 2, 7].into());
        let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
        assert_eq!(ClientAddress::new(mapped), plain);
        assert_eq!(plain.ip().to_string(), "192.0.2.7");
    }
}
