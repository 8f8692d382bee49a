//! Why a request has no response.

use std::io;
use std::net::SocketAddr;

use super::own_address::can_reach;

/// The system gives one error for this and for an address that cannot be reached from any of this machine's.
const NO_PORTS: &str = "no local ports left";

/// Why a request has no response. The texts are the causes that reports count by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// There was no complete response within the timeout.
    #[error("timed out")]
    TimedOut,
    /// The server or the network failed.
    #[error("{0}")]
    Failed(String),
    /// The generator's own machine failed.
    #[error("{0}")]
    Ours(String),
}

impl TransportError {
    /// The cause of a connection to `address` that could not be opened.
    #[cold]
    pub(super) fn at(self, address: SocketAddr) -> TransportError {
        self.if_reachable(|| can_reach(address.ip()))
    }

    fn if_reachable(self, is_reachable: impl FnOnce() -> bool) -> TransportError {
        match self {
            TransportError::Ours(cause) if cause == NO_PORTS && !is_reachable() => {
                TransportError::Failed("address not available".to_owned())
            }
            cause => cause,
        }
    }
}

/// The cause of an error of a socket.
pub(super) fn cause_of(error: &io::Error) -> TransportError {
    cause_of_io(error).unwrap_or_else(|| TransportError::Failed(error.to_string()))
}

/// The cause of an error of the operating system; `None` for kinds that only HTTP can explain.
pub(super) fn cause_of_io(error: &io::Error) -> Option<TransportError> {
    if let Some(ours) = own_cause(error) {
        return Some(TransportError::Ours(ours.to_owned()));
    }
    let cause = match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "connection reset",
        io::ErrorKind::ConnectionAborted => "connection aborted",
        io::ErrorKind::HostUnreachable => "host unreachable",
        io::ErrorKind::NetworkUnreachable => "network unreachable",
        io::ErrorKind::TimedOut => "connection timed out",
        _ => return error.raw_os_error().map(|_| TransportError::Failed(error.to_string())),
    };
    Some(TransportError::Failed(cause.to_owned()))
}

fn own_cause(error: &io::Error) -> Option<&'static str> {
    use rustix::io::Errno;

    if error.kind() == io::ErrorKind::AddrNotAvailable {
        return Some(NO_PORTS);
    }
    match Errno::from_io_error(error)? {
        Errno::MFILE | Errno::NFILE => Some("no file descriptors left"),
        Errno::NOBUFS | Errno::NOMEM => Some("no memory left for a socket"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    fn cause(errno: Errno) -> Option<TransportError> {
        cause_of_io(&io::Error::from(errno))
    }

    #[test]
    fn what_the_generators_machine_lacks_is_its_own_cause() {
        let ours = |cause: &str| Some(TransportError::Ours(cause.to_owned()));
        assert_eq!(cause(Errno::MFILE), ours("no file descriptors left"));
        assert_eq!(cause(Errno::NFILE), ours("no file descriptors left"));
        assert_eq!(cause(Errno::ADDRNOTAVAIL), ours("no local ports left"));
    }

    #[test]
    fn an_address_that_this_machine_cannot_reach_is_no_lack_of_ports() {
        let ours = |cause: &str| TransportError::Ours(cause.to_owned());
        let unavailable = || cause_of(&Errno::ADDRNOTAVAIL.into());
        assert_eq!(unavailable().if_reachable(|| false), TransportError::Failed("address not available".to_owned()));
        assert_eq!(unavailable().if_reachable(|| true), ours("no local ports left"));
        assert_eq!(unavailable().at(([127, 0, 0, 1], 80).into()), ours("no local ports left"));
        assert_eq!(cause_of(&Errno::MFILE.into()).if_reachable(|| false), ours("no file descriptors left"));
    }

    #[test]
    fn an_error_of_the_network_or_the_server_is_not() {
        let failed = |cause: &str| Some(TransportError::Failed(cause.to_owned()));
        assert_eq!(cause(Errno::CONNREFUSED), failed("connection refused"));
        assert_eq!(cause(Errno::CONNRESET), failed("connection reset"));
        assert_eq!(cause(Errno::PIPE), failed("connection reset"));
        assert_eq!(cause(Errno::HOSTUNREACH), failed("host unreachable"));
        assert!(matches!(cause(Errno::PROTO), Some(TransportError::Failed(_))), "any other error keeps its own text");
        assert_eq!(cause_of_io(&io::Error::other("of HTTP")), None);
    }
}
