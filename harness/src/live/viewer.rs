//! The stream of events to one viewer.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;

use super::feed::{LiveFeed, ViewerPlace};

/// How much is taken from the journal at once for a viewer that comes back.
const AT_ONCE: usize = 64 << 10;
/// How many such pieces may wait for a viewer. One that reads slowly is behind, and nothing else is kept for it.
const WAITING: usize = 2;
/// A comment this often shows that a viewer is still there.
const STILL_HERE: Duration = Duration::from_secs(15);

/// The body of a response.
#[derive(Debug)]
pub(super) enum LiveBody {
    /// All of it.
    Whole(Option<Bytes>),
    /// Events as they come.
    Events { pieces: mpsc::Receiver<Bytes>, _place: ViewerPlace },
}

impl LiveBody {
    /// The events after the one with the id `seen`, for as long as the viewer reads them.
    pub(super) fn events(feed: &LiveFeed, place: ViewerPlace, seen: u64) -> LiveBody {
        let (sender, pieces) = mpsc::channel(WAITING);
        tokio::spawn(send_events(feed.clone(), seen, sender));
        LiveBody::Events { pieces, _place: place }
    }
}

impl Body for LiveBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = match &mut *self {
            LiveBody::Whole(bytes) => Poll::Ready(bytes.take()),
            LiveBody::Events { pieces, .. } => pieces.poll_recv(context),
        };
        piece.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, LiveBody::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            LiveBody::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            LiveBody::Events { .. } => SizeHint::default(),
        }
    }
}

/// Ends after the last event, or when the viewer has gone.
async fn send_events(feed: LiveFeed, mut seen: u64, pieces: mpsc::Sender<Bytes>) {
    let mut newest = feed.follow();
    loop {
        newest.mark_unchanged();
        let (texts, last, is_ended) = feed.read(|journal| {
            let (texts, last) = journal.after(seen, AT_ONCE);
            (texts, last, journal.is_ended() && last == journal.last_id())
        });
        seen = last;
        if !texts.is_empty() && pieces.send(texts.concat().into()).await.is_err() || is_ended {
            return;
        }
        if texts.is_empty() {
            tokio::select! {
                changed = newest.changed() => if changed.is_err() { return },
                () = pieces.closed() => return,
                () = tokio::time::sleep(STILL_HERE) => {
                    if pieces.send(Bytes::from_static(b":\n\n")).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}
