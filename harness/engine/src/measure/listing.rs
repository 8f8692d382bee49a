//! A recorder that also hands on each measured request, one by one.

use std::sync::Arc;
use std::time::Duration;

use super::moment::Moment;
use super::recorder::Recorder;
use super::request_log::RequestLog;
use super::request_rows::RequestSink;
use super::sample::{LogEntry, Phase};

impl Recorder {
    /// Hands on each measured request to `sink`, too, if there is one.
    #[must_use]
    pub fn listing(mut self, sink: Option<&Arc<dyn RequestSink>>) -> Recorder {
        self.requests = sink.map(|sink| Box::new(RequestLog::new(sink, self.class.as_ref())));
        self
    }

    /// No request is sent any more; what is counted from now on never was. The measurement began, or was to begin, at `origin`.
    pub fn load_is_over(&mut self, origin: Duration) {
        self.requests.iter_mut().for_each(|requests| requests.load_is_over(Moment::after(origin)));
    }

    /// Hands on a request of this user that was recorded.
    #[inline]
    pub(super) fn list(&mut self, entry: &LogEntry, user: impl FnOnce() -> u32) {
        if let Some(requests) = &mut self.requests
            && entry.phase == Phase::Measured
        {
            requests.add(entry, Some(user()), &self.names);
        }
    }
}
