//! Whether this machine has an address from which it can reach another one.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// The port of the service that discards what it gets. Nothing is sent to it.
const DISCARD: u16 = 9;

/// False if this machine has no address from which it can reach `ip`: it may know `::1` by name although IPv6 is switched off.
pub(super) fn can_reach(ip: IpAddr) -> bool {
    let any: IpAddr = if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    // A socket for datagrams chooses its own address as a connection does, but its ports are others.
    let connected = UdpSocket::bind((any, 0)).and_then(|socket| socket.connect((ip, DISCARD)));
    !connected.is_err_and(|error| error.kind() == io::ErrorKind::AddrNotAvailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_reaches_itself() {
        assert!(can_reach(Ipv4Addr::LOCALHOST.into()));
    }

    #[test]
    fn the_other_loopback_is_reached_exactly_if_something_can_listen_there() {
        let listener = std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0));
        let is_missing = listener.is_err_and(|error| error.kind() == io::ErrorKind::AddrNotAvailable);
        assert_eq!(can_reach(Ipv6Addr::LOCALHOST.into()), !is_missing);
    }
}
