//! One TCP connection.

use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, recv, send, sendmsg};
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::buffer::Buffer;
use super::dial::dial;
use super::message_buffers::MessageBuffers;
use crate::http::peers::Peers;
use crate::http::resend::is_long_idle;
use crate::http::transport_error::TransportError;
use crate::measure::Moment;

/// A connection to a server, and when it was last used.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    /// When its last response was complete; `None` before the first.
    last_used: Option<Moment>,
    /// When the server will close it, less a margin, as far as it has said so.
    good_until: Option<Moment>,
}

/// A connection that was used, or whose events the reactor has reported, less than this ago is not looked at before it is used:
/// that would be a system call for each request.
const LOOKED_AT_AFTER: Duration = Duration::from_micros(50);

impl Connection {
    /// Opens a connection to the first address of the server that accepts one.
    pub(super) async fn open(peers: Rc<Peers>) -> Result<Connection, TransportError> {
        Ok(Connection { stream: dial(&peers).await?, last_used: None, good_until: None })
    }

    /// A response was complete at `now`, and the server keeps the connection open for so many seconds, if it says so.
    pub(super) fn rests(&mut self, now: Moment, keeps_for_s: Option<u32>) {
        self.last_used = Some(now);
        self.good_until = keeps_for_s.map(|seconds| now.later_by(Duration::from_secs(seconds.into()).mul_f64(0.95)));
    }

    /// For how long it has not been used; `None` if it never was.
    pub(super) fn idle(&self, now: Moment) -> Option<Duration> {
        self.last_used.map(|last| now.since(last))
    }

    /// True if the server has closed it, is about to close it, or has sent bytes that answer no request.
    ///
    /// If it was just used, or the reactor was just asked, which was at `events_at`, only the reactor's events count.
    pub(super) fn is_stale(&self, now: Moment, events_at: Moment) -> bool {
        if self.good_until.is_some_and(|until| now >= until) {
            return true;
        }
        let is_unseen = |last: Moment| now.since(last.max(events_at)) >= LOOKED_AT_AFTER;
        // The server may close one that is idle for long at any time, and the reactor reports not everything of a thousand at once.
        let must_look = |last| is_unseen(last) || is_long_idle(now.since(last));
        let read = if self.last_used.is_some_and(must_look) { self.look() } else { self.stream.try_read(&mut [0]) };
        !matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Asks the system what there is to read, whatever the reactor knows.
    fn look(&self) -> io::Result<usize> {
        Ok(recv(&self.stream, &mut [0], RecvFlags::PEEK | RecvFlags::DONTWAIT)?.0)
    }

    /// True if the system has refused what was sent: the server had closed the connection before it arrived.
    pub(super) fn was_refused(&self) -> bool {
        matches!(self.stream.take_error(), Ok(Some(_)))
    }

    /// Reads what has arrived, whatever the reactor knows: after an error of writing, nothing more will come.
    pub(super) fn read_rest(&self, buffer: &mut Buffer, wanted: usize) -> io::Result<usize> {
        let count = recv(&self.stream, &mut *buffer.space(wanted), RecvFlags::DONTWAIT)?.0;
        buffer.advance(count);
        Ok(count)
    }

    /// Writes what is left of head and body; ready when the system has taken all of it.
    #[inline]
    pub(super) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        head: &[u8],
        body: &[u8],
        written: &mut usize,
    ) -> Poll<io::Result<()>> {
        while *written < head.len() + body.len() {
            let rest_of_body = &body[written.saturating_sub(head.len())..];
            let rest_of_head = &head[(*written).min(head.len())..];
            let sent = self.stream.try_io(Interest::WRITABLE, || self.send(rest_of_head, rest_of_body));
            match sent {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(count) => *written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.stream.poll_write_ready(context))?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// The system calls are made directly: the C library's, which can be cancelled, cost a request another 3 %.
    fn send(&self, head: &[u8], body: &[u8]) -> io::Result<usize> {
        let sent = match (head, body) {
            (head, []) => send(&self.stream, head, SendFlags::NOSIGNAL),
            ([], body) => send(&self.stream, body, SendFlags::NOSIGNAL),
            (head, body) => {
                let parts = [IoSlice::new(head), IoSlice::new(body)];
                sendmsg(&self.stream, &parts, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL)
            }
        };
        Ok(sent?)
    }

    /// Reads what has arrived, with room for at least `wanted` bytes; 0 at the end of the connection. Takes memory only when
    /// there is something to read.
    #[inline(always)]
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffers: &mut MessageBuffers,
        wanted: usize,
    ) -> Poll<io::Result<usize>> {
        loop {
            if self.stream.poll_read_ready(context)?.is_pending() {
                buffers.rest();
                return Poll::Pending;
            }
            let buffer = buffers.buffer();
            let space = buffer.space(wanted);
            let room = space.len();
            let read =
                self.stream.try_io(Interest::READABLE, || Ok(recv(&self.stream, &mut *space, RecvFlags::empty())?.0));
            match read {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(count) => {
                    if count > 0 && count < room {
                        // Nothing more has arrived: the next read waits for the reactor instead of making a useless system call.
                        let _known =
                            self.stream.try_io(Interest::READABLE, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
                    }
                    buffer.advance(count);
                    return Poll::Ready(Ok(count));
                }
            }
        }
    }
}
