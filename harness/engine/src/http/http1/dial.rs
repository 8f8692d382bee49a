//! Opening a TCP connection to one of several addresses.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::TcpStream;

use crate::http::peers::Peers;
use crate::http::transport_error::{TransportError, cause_of};

/// An address that has not answered for so long does not keep the next from being tried: a server of one name may be
/// unreachable over one version of IP. The same as in RFC 8305.
const NEXT_AFTER: Duration = Duration::from_millis(250);

/// A connection to the first address of the server that accepts one.
pub(super) async fn dial(peers: &Peers) -> Result<TcpStream, TransportError> {
    let addresses = peers.addresses()?;
    if let [only] = addresses.as_slice() {
        return connect(*only).await.map_err(|error| peers.refused(vec![(*only, cause_of(&error).at(*only))]));
    }
    let mut rest = addresses.into_iter();
    let mut trying = FuturesUnordered::new();
    let mut refused = Vec::new();
    loop {
        let next = rest.next();
        let is_last = next.is_none();
        trying.extend(next.map(|address| async move { (address, connect(address).await) }));
        tokio::select! {
            biased;
            Some((address, tried)) = trying.next() => match tried {
                Ok(stream) => {
                    peers.accepted(address);
                    return Ok(stream);
                }
                Err(error) => refused.push((address, cause_of(&error).at(address))),
            },
            () = tokio::time::sleep(NEXT_AFTER), if !is_last => {}
            else => return Err(peers.refused(refused)),
        }
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // If no process listens on a port, the system may choose that port for our end and connect us to ourselves.
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    // A request is one write, so waiting to fill a packet only delays it.
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::net::{TcpListener, TcpSocket};

    use super::*;
    use crate::http::address::Address;
    use crate::http::host_names::HostNames;

    /// A listener at `ip` that accepts no connection, and connections that fill its queue: the next is not answered.
    async fn full(ip: Ipv4Addr) -> (TcpListener, Vec<TcpStream>) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((ip, 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            queued.push(stream.unwrap());
        }
        (listener, queued)
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_does_not_keep_the_next_from_being_tried_and_comes_last_afterwards() {
        let silent = Ipv4Addr::new(127, 0, 0, 2);
        let (listener, _queued) = full(silent).await;
        let port = listener.local_addr().unwrap().port();
        let good = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let (names, end) = HostNames::scripted("shop.example");
        end(&[IpAddr::V4(silent), IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        let peers = Peers::of(&Address::read(&format!("http://shop.example:{port}")).unwrap(), &names);
        let stream =
            tokio::time::timeout(Duration::from_secs(10), dial(&peers)).await.expect("it does not wait").unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good.local_addr().unwrap());
        assert_eq!(peers.addresses().unwrap()[0], good.local_addr().unwrap());
    }
}
