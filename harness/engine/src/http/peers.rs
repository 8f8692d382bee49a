//! Where connections to a server go: its addresses, of which the first that accepts is taken.

use std::cell::Cell;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::address::Address;
use super::authority::Host;
use super::host_names::{HostNames, NameLookup, not_in_time};
use super::transport_error::TransportError;

/// The addresses of one server, as one worker knows them.
#[derive(Debug)]
pub struct Peers {
    host: PeerHost,
    port: u16,
    /// The address that accepted last is tried first.
    first: Cell<usize>,
}

#[derive(Debug)]
enum PeerHost {
    Ip(IpAddr),
    Name(Arc<NameLookup>),
    /// A proxy looks it up.
    Elsewhere,
}

impl Peers {
    /// The host's name is looked up from now on, unless it is known already.
    pub fn of(address: &Address, names: &HostNames) -> Peers {
        let host = match &address.host {
            Host::Ip(ip) => PeerHost::Ip(*ip),
            Host::Name(name) => PeerHost::Name(names.lookup(name)),
        };
        Peers { host, port: address.port, first: Cell::new(0) }
    }

    /// A server whose address is of no interest here.
    pub fn elsewhere() -> Peers {
        Peers { host: PeerHost::Elsewhere, port: 0, first: Cell::new(0) }
    }

    /// The lookup that a new connection has to wait for.
    pub fn pending_lookup(&self) -> Option<&Arc<NameLookup>> {
        match &self.host {
            PeerHost::Name(lookup) if lookup.known().is_none() => Some(lookup),
            _ => None,
        }
    }

    /// The addresses, in the order in which they are to be tried.
    ///
    /// # Errors
    /// The host has none.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, TransportError> {
        let lookup = match &self.host {
            PeerHost::Ip(ip) => return Ok(vec![SocketAddr::new(*ip, self.port)]),
            PeerHost::Name(lookup) => lookup,
            PeerHost::Elsewhere => return Ok(Vec::new()),
        };
        let known = lookup.known().unwrap_or_else(|| Err(not_in_time(lookup.name()).into()));
        let ips = known.map_err(|why| TransportError::Ours(why.to_string()))?;
        let mut addresses: Vec<_> = ips.iter().map(|ip| SocketAddr::new(*ip, self.port)).collect();
        addresses.rotate_left(self.first.get().min(ips.len()));
        Ok(addresses)
    }

    /// `address` accepted a connection.
    pub fn accepted(&self, address: SocketAddr) {
        let PeerHost::Name(lookup) = &self.host else { return };
        if let Some(Ok(ips)) = lookup.known() {
            self.first.set(ips.iter().position(|ip| *ip == address.ip()).unwrap_or(0));
        }
    }

    /// The cause of a connection that no address accepted, each for its reason. Names the host and every address.
    #[cold]
    pub fn refused(&self, mut reasons: Vec<(SocketAddr, TransportError)>) -> TransportError {
        if let Some((_, ours)) = reasons.iter().find(|(_, error)| matches!(error, TransportError::Ours(_))) {
            return ours.clone();
        }
        // In one order, whichever was tried first, so that one cause has one text.
        reasons.sort_unstable_by_key(|(address, _)| *address);
        let PeerHost::Name(lookup) = &self.host else {
            let reason = reasons.pop().map(|(_, error)| error);
            return reason.unwrap_or_else(|| TransportError::Failed("there is no address to connect to".to_owned()));
        };
        TransportError::Failed(text(lookup.name(), &reasons))
    }
}

/// `connection refused: host localhost, tried [::1]:80 and 127.0.0.1:80`
fn text(name: &str, reasons: &[(SocketAddr, TransportError)]) -> String {
    let common = reasons.first().map(|(_, first)| first.to_string()).unwrap_or_default();
    let is_common = reasons.iter().all(|(_, reason)| reason.to_string() == common);
    let each = |(address, reason): &(SocketAddr, TransportError)| match is_common {
        true => address.to_string(),
        false => format!("{address} ({reason})"),
    };
    let tried = reasons.iter().map(each).collect::<Vec<_>>().join(" and ");
    format!("{}: host `{name}`, tried {tried}", if is_common { &common } else { "no connection" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_names_the_host_and_every_address_whichever_was_tried_first() {
        let names = HostNames::default();
        let address = Address::read("http://localhost:81").unwrap();
        names.look_up_early(&address.base_url).await.unwrap();
        let peers = Peers::of(&address, &names);
        let failed = |cause: &str| TransportError::Failed(cause.to_owned());
        let [six, four]: [SocketAddr; 2] = ["[::1]:81", "127.0.0.1:81"].map(|text| text.parse().unwrap());
        for reasons in [[six, four], [four, six]] {
            let refused = reasons.map(|address| (address, failed("connection refused"))).to_vec();
            let cause = "connection refused: host `localhost`, tried 127.0.0.1:81 and [::1]:81";
            assert_eq!(peers.refused(refused), failed(cause));
        }
        let differing = vec![(six, failed("network unreachable")), (four, failed("connection refused"))];
        let cause = "no connection: host `localhost`, tried 127.0.0.1:81 (connection refused) and [::1]:81 (network unreachable)";
        assert_eq!(peers.refused(differing), failed(cause));
        let ours = TransportError::Ours("no file descriptors left".to_owned());
        assert_eq!(peers.refused(vec![(six, failed("x")), (four, ours.clone())]), ours);
        let given = Peers::of(&Address::read("http://127.0.0.1:81").unwrap(), &names);
        assert_eq!(given.refused(vec![(four, failed("connection refused"))]), failed("connection refused"));
    }
}
