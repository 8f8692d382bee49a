//! How a connection ended before its response was complete, in the words that failures are counted by.

use std::io;
use std::time::Duration;

use crate::http::transport_error::{TransportError, cause_of};

/// A shorter pause explains nothing.
const SHORTEST_IDLE: Duration = Duration::from_millis(500);

/// What the server did to a connection.
#[derive(Debug)]
pub(super) enum ConnectionEnd {
    Closed,
    Failed(io::Error),
}

/// How far the response had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerProgress {
    Nothing,
    Head,
    Body { received: u64, promised: Option<u64> },
}

impl ConnectionEnd {
    /// The cause of a request whose connection ended so. `idle`: for how long a kept connection had not been used.
    #[cold]
    pub(super) fn cause(&self, progress: AnswerProgress, idle: Option<Duration>) -> TransportError {
        let what = match self {
            ConnectionEnd::Closed => "connection closed".to_owned(),
            ConnectionEnd::Failed(error) => match cause_of(error) {
                TransportError::Failed(cause) => cause,
                ours => return ours,
            },
        };
        TransportError::Failed(text(&what, progress, idle))
    }
}

/// Both transports use the same texts.
pub(crate) fn text_within_body(what: &str, received: u64, promised: Option<u64>) -> String {
    match promised {
        Some(promised) => format!("body cut short: {what} after {received} of {promised} bytes"),
        None => format!("body cut short: {what} after {received} bytes, before its end"),
    }
}

fn text(what: &str, progress: AnswerProgress, idle: Option<Duration>) -> String {
    match progress {
        AnswerProgress::Body { received, promised } => text_within_body(what, received, promised),
        AnswerProgress::Head => format!("{what} within the head of the answer"),
        AnswerProgress::Nothing => match idle.filter(|idle| *idle >= SHORTEST_IDLE) {
            // In coarse steps, so that a server that always closes after the same time has one cause and not many.
            Some(idle) => {
                format!(
                    "{what} before the answer; it had been idle for {:.1} s",
                    (idle.as_secs_f64() * 2.0).round() / 2.0
                )
            }
            None => format!("{what} before the answer"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_says_what_happened_when_and_how_much_had_come() {
        let reset = || ConnectionEnd::Failed(io::ErrorKind::ConnectionReset.into());
        let idle = Some(Duration::from_millis(2_049));
        let body = |promised| AnswerProgress::Body { received: 5, promised };
        for (end, progress, idle, cause) in [
            (ConnectionEnd::Closed, AnswerProgress::Nothing, None, "connection closed before the answer"),
            (reset(), AnswerProgress::Nothing, Some(Duration::from_millis(20)), "connection reset before the answer"),
            (reset(), AnswerProgress::Nothing, idle, "connection reset before the answer; it had been idle for 2.0 s"),
            (ConnectionEnd::Closed, AnswerProgress::Head, idle, "connection closed within the head of the answer"),
            (reset(), AnswerProgress::Head, None, "connection reset within the head of the answer"),
            (ConnectionEnd::Closed, body(Some(9)), None, "body cut short: connection closed after 5 of 9 bytes"),
            (reset(), body(None), None, "body cut short: connection reset after 5 bytes, before its end"),
        ] {
            assert_eq!(end.cause(progress, idle), TransportError::Failed(cause.to_owned()));
        }
    }

    #[test]
    fn what_the_generator_lacks_stays_its_own_failure() {
        let end = ConnectionEnd::Failed(rustix::io::Errno::NOBUFS.into());
        assert!(matches!(end.cause(AnswerProgress::Nothing, None), TransportError::Ours(_)));
    }
}
