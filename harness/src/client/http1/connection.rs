//! One TCP connection.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::buffer::Buffer;
use crate::client::address::Address;
use crate::client::transport::{TransportError, cause_of_connecting};

/// A connection to a server, and when it was last of use.
#[derive(Debug)]
pub(in crate::client) struct Connection {
    stream: TcpStream,
    /// When its last answer was complete; `None` before the first.
    pub(super) last_used: Option<Duration>,
}

impl Connection {
    /// Opens a connection to the first address of the server that takes one.
    pub(super) async fn open(address: Rc<Address>) -> Result<Connection, TransportError> {
        let peers = address.look_up().await.map_err(|error| not_resolved(&error))?;
        let mut last = TransportError::Ours("name not resolved: it has no address".to_owned());
        for peer in peers {
            match connect(peer).await {
                Ok(stream) => return Ok(Connection { stream, last_used: None }),
                Err(error) => last = cause_of_connecting(&error),
            }
        }
        Err(last)
    }

    /// Whether the server has closed it, or said something unasked, as far as this thread has heard.
    ///
    /// Asks the system only if the reactor has news.
    pub(super) fn is_stale(&self) -> bool {
        let heard = self.stream.try_read(&mut [0]);
        !matches!(heard, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Offers what is left of head and body; ready when all of it is with the system.
    pub(super) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        (head, body): (&[u8], &[u8]),
        written: &mut usize,
    ) -> Poll<io::Result<()>> {
        while *written < head.len() + body.len() {
            let stream = Pin::new(&mut self.stream);
            let rest_of_body = &body[written.saturating_sub(head.len())..];
            let count = match head.get(*written..).filter(|rest| !rest.is_empty()) {
                Some(rest) if body.is_empty() => ready!(stream.poll_write(context, rest))?,
                Some(rest) => {
                    let parts = [IoSlice::new(rest), IoSlice::new(rest_of_body)];
                    ready!(stream.poll_write_vectored(context, &parts))?
                }
                None => ready!(stream.poll_write(context, rest_of_body))?,
            };
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            *written += count;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads what there is into `buffer`, which has room for `wanted` bytes; 0 at the end of the connection.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut Buffer,
        wanted: usize,
    ) -> Poll<io::Result<usize>> {
        let mut space = ReadBuf::new(buffer.space(wanted));
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut space))?;
        let count = space.filled().len();
        buffer.advance(count);
        Poll::Ready(Ok(count))
    }
}

async fn connect(peer: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(peer).await?;
    // Where nobody listens, the system may choose that very port for our end, and connect us to ourselves.
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    // A request is one write, so waiting to fill a packet would only delay it.
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn not_resolved(error: &io::Error) -> TransportError {
    TransportError::Ours(format!("name not resolved: {error}"))
}
