//! What every transport is asked and tells: the bytes of a request, its times, and why there is no answer.

use std::cell::Cell;
use std::io;
use std::time::Duration;

/// What is known of one request so far. Outside the answer, because a request that is given up has sent some too.
///
/// The bytes are those of the bodies alone, so that every transport tells the same.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) sent_bytes: Cell<u64>,
    pub(crate) received_bytes: Cell<u64>,
    /// Its idle connection was found closed, and it was sent once more.
    pub(crate) was_resent: Cell<bool>,
    /// When a new connection was there, if one was opened.
    pub(crate) connected_at: Cell<Option<Duration>>,
    /// When the first byte of the answer was there, if that was before the last.
    pub(crate) first_byte_at: Cell<Option<Duration>>,
    /// The transport does not see when its connection was there.
    pub(crate) phases_unknown: Cell<bool>,
}

impl Traffic {
    /// For the next request.
    pub(crate) fn clear(&self) {
        self.sent_bytes.set(0);
        self.received_bytes.set(0);
        self.was_resent.set(false);
        self.connected_at.set(None);
        self.first_byte_at.set(None);
        self.phases_unknown.set(false);
    }
}

/// Why there is no answer. The texts are the causes that reports count by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    /// The server or the network.
    #[error("{0}")]
    Failed(String),
    /// The generator's own machine.
    #[error("{0}")]
    Ours(String),
}

/// The cause behind an error of a socket.
pub(crate) fn cause_of(error: &io::Error) -> TransportError {
    cause_of_io(error).unwrap_or_else(|| TransportError::Failed(error.to_string()))
}

/// The cause behind an error of the operating system; `None` for kinds that only HTTP can explain.
pub(crate) fn cause_of_io(error: &io::Error) -> Option<TransportError> {
    if let Some(ours) = own_failing(error) {
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

fn own_failing(error: &io::Error) -> Option<&'static str> {
    use rustix::io::Errno;

    if error.kind() == io::ErrorKind::AddrNotAvailable {
        return Some("no local ports left");
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
    fn what_the_generators_machine_lacks_is_its_own_failing() {
        let ours = |cause: &str| Some(TransportError::Ours(cause.to_owned()));
        assert_eq!(cause(Errno::MFILE), ours("no file descriptors left"));
        assert_eq!(cause(Errno::NFILE), ours("no file descriptors left"));
        assert_eq!(cause(Errno::ADDRNOTAVAIL), ours("no local ports left"));
    }

    #[test]
    fn what_the_network_or_the_server_does_is_not() {
        let failed = |cause: &str| Some(TransportError::Failed(cause.to_owned()));
        assert_eq!(cause(Errno::CONNREFUSED), failed("connection refused"));
        assert_eq!(cause(Errno::CONNRESET), failed("connection reset"));
        assert_eq!(cause(Errno::PIPE), failed("connection reset"));
        assert_eq!(cause(Errno::HOSTUNREACH), failed("host unreachable"));
        assert!(matches!(cause(Errno::PROTO), Some(TransportError::Failed(_))), "any other error tells its own text");
        assert_eq!(cause_of_io(&io::Error::other("of HTTP")), None);
    }
}
