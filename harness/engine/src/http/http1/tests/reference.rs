//! hyper as a client, over the same bytes. The fuzz targets include this file, too.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper::rt::{Read, ReadBufCursor, Write};

/// The response as hyper reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub status: u16,
    /// Sorted by name; those of one name in the order in which they came.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// What follows the last byte of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterStream {
    End,
    Silence,
}

/// The answer that hyper reads from a stream that ends, if it takes it for one.
pub(crate) fn read(stream: &[u8], answers_head: bool) -> Result<Reference, hyper::Error> {
    block_on(async {
        let (mut sender, connection) = http1::handshake(ScriptedConnection::of(stream, AfterStream::End)).await?;
        let answer = async {
            let answer = sender.send_request(request(answers_head)).await?;
            // A response that offers an upgrade is complete.
            let (parts, body) = answer.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            let mut headers: Vec<_> = parts
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect();
            headers.sort_by(|one, other| one.0.cmp(&other.0));
            Ok(Reference { status: parts.status.as_u16(), headers, body })
        };
        // The connection reports its own error after the response; the response has reported it, too.
        let (answer, _) = tokio::join!(answer, connection);
        answer
    })
}

/// True if hyper would send another request after the answer in `stream`.
pub(crate) fn keeps_open(stream: &[u8], answers_head: bool) -> bool {
    block_on(async {
        let Ok((mut sender, connection)) = http1::handshake(ScriptedConnection::of(stream, AfterStream::Silence)).await
        else {
            return false;
        };
        let kept = async {
            let answer = sender.send_request(request(answers_head)).await.ok()?;
            answer.into_body().collect().await.ok()?;
            sender.ready().await.ok()
        };
        tokio::select! {
            kept = kept => kept.is_some(),
            _ = connection => false,
        }
    })
}

fn request(answers_head: bool) -> hyper::Request<Empty<Bytes>> {
    let mut request = hyper::Request::new(Empty::new());
    if answers_head {
        *request.method_mut() = hyper::Method::HEAD;
    }
    request
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers needs nothing");
    runtime.block_on(future)
}

/// A connection on which everything has been said, once something was asked.
struct ScriptedConnection {
    left: Bytes,
    afterwards: AfterStream,
    was_asked: bool,
    reader: Option<Waker>,
}

impl ScriptedConnection {
    fn of(stream: &[u8], afterwards: AfterStream) -> ScriptedConnection {
        ScriptedConnection { left: Bytes::copy_from_slice(stream), afterwards, was_asked: false, reader: None }
    }
}

impl Read for ScriptedConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut space: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        if !self.was_asked || (self.left.is_empty() && self.afterwards == AfterStream::Silence) {
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = space.remaining().min(self.left.len());
        space.put_slice(&self.left.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl Write for ScriptedConnection {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.was_asked = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
