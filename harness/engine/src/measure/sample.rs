//! One request, from its intended start to its end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::endpoint::{Endpoint, NO_ENDPOINT};
use super::json;
use super::moment::Moment;
use super::statuses::Answer;

/// How the causes begin of requests for which no connection could be made, as the transports name them.
const CONNECTION_FAILURES: [&str; 4] =
    ["connection refused", "host unreachable", "network unreachable", "no connection"];

/// Which part of a run a request belongs to, decided by its intended start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Set-up of a user, ramp-up or warm-up: recorded separately, and not judged.
    Outside,
    /// The measurement.
    Measured,
}

/// How an intended request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub enum Fate {
    /// The expected status, in time, and no check failed.
    Ok,
    /// A failure of the server, the network or a check; the cause is shown as it is:
    /// `status 503`, `connection refused`, `connection reset`, `check: a full page`.
    Failed(String),
    /// Not answered within the timeout.
    TimedOut,
    /// Still open when the run ended.
    InFlightAtEnd,
    /// A failure of the generator, such as no descriptors left: makes the run invalid, and is not counted against the server.
    Ours(String),
}

/// One request that has ended. Times are since the run began.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The name it is counted under, such as `GET /health`.
    pub endpoint: Endpoint,
    /// When it should start.
    pub intended: Duration,
    /// When its first byte was handed to the connection.
    pub sent: Duration,
    /// When its last byte had arrived, or it failed.
    pub done: Duration,
    /// How it ended.
    pub fate: Fate,
    /// Bytes of the request's body that were sent.
    pub bytes_sent: u64,
    /// Bytes of the response's body.
    pub bytes_received: u64,
    /// The parts of its time, as far as the transport knows them; shown only for the slowest requests.
    pub phases: Phases,
}

/// The parts of the time of one request, from the moment it was sent. A part that the transport does not know, or that
/// did not happen, is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phases {
    /// Until its connection was open, if one had to be opened.
    #[serde(rename = "connect_s", default, with = "json::optional_seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub connect: Option<Duration>,
    /// From then until the first byte of the response arrived.
    #[serde(rename = "first_byte_s", default, with = "json::optional_seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub first_byte: Option<Duration>,
    /// From then until the last byte arrived.
    #[serde(rename = "body_s", default, with = "json::optional_seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub body: Option<Duration>,
}

impl Fate {
    /// Why no connection could be made, if that is how the request ended.
    #[inline]
    pub fn connection_failure(&self) -> Option<&'static str> {
        let Fate::Failed(cause) = self else { return None };
        CONNECTION_FAILURES.into_iter().find(|failure| cause.starts_with(failure))
    }

    pub(super) fn is_ok(&self) -> bool {
        matches!(self, Fate::Ok)
    }
}

/// How an iteration of the author's function ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IterationEnd {
    /// It returned `Ok`.
    Completed,
    /// It returned an error that is already counted for a request.
    FailedAtRequest,
    /// It returned an error of its own; the text becomes the cause.
    ///
    /// Counted for the last request of the iteration, or as a failed request of its own if there was none, so that every
    /// error lowers the success rate.
    FailedItself(String),
}

/// When a request or an iteration was intended to start, began and ended, in nanoseconds since the run began.
///
/// Computed once for each sample, because everything is counted in whole nanoseconds.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct Moments {
    /// When it should have been sent.
    pub intended_ns: u64,
    /// When it was sent.
    pub sent_ns: u64,
    /// When it ended.
    pub done_ns: u64,
}

impl Moments {
    /// The three moments of a request, each since the start of the run.
    pub fn of(intended: Moment, sent: Moment, done: Moment) -> Moments {
        let [intended_ns, sent_ns, done_ns] = [intended, sent, done].map(Moment::ns);
        Moments { intended_ns, sent_ns, done_ns }
    }

    /// Since another moment; what was before it counts as then.
    pub fn since(self, origin_ns: u64) -> Moments {
        let since = |moment_ns: u64| moment_ns.saturating_sub(origin_ns);
        Moments { intended_ns: since(self.intended_ns), sent_ns: since(self.sent_ns), done_ns: since(self.done_ns) }
    }

    /// The same, so many nanoseconds later.
    pub fn later_by(self, by_ns: u64) -> Moments {
        let later = |moment_ns: u64| moment_ns.saturating_add(by_ns);
        Moments { intended_ns: later(self.intended_ns), sent_ns: later(self.sent_ns), done_ns: later(self.done_ns) }
    }

    /// From the intended start.
    pub fn response_ns(self) -> u64 {
        self.done_ns.saturating_sub(self.intended_ns)
    }

    /// From the first byte sent.
    pub fn service_ns(self) -> u64 {
        self.done_ns.saturating_sub(self.sent_ns)
    }
}

/// A sample in the form in which it is recorded.
#[derive(Debug)]
pub struct LogEntry {
    /// Whether it is measured.
    pub phase: Phase,
    /// The number of its endpoint in its worker's log, or [`NO_ENDPOINT`].
    pub endpoint: u32,
    /// When it was intended, sent and done.
    pub moments: Moments,
    /// How it ended.
    pub fate: Fate,
    /// Of its body.
    pub bytes_sent: u64,
    /// Of the body of its answer.
    pub bytes_received: u64,
    /// Of its body without the encoding, if it was decoded.
    pub bytes_decoded: Option<u64>,
    /// Of its response, if there was one.
    pub answer: Option<Answer>,
    /// Known only for requests that may be among the slowest.
    pub phases: Option<Box<Phases>>,
}

impl LogEntry {
    /// An entry of which only the times and the end are known.
    #[inline]
    pub fn new(phase: Phase, endpoint: u32, moments: Moments, fate: Fate) -> LogEntry {
        LogEntry {
            phase,
            endpoint,
            moments,
            fate,
            bytes_sent: 0,
            bytes_received: 0,
            bytes_decoded: None,
            answer: None,
            phases: None,
        }
    }

    /// A whole iteration as one request.
    pub(super) fn of_no_endpoint(phase: Phase, moments: Moments, fate: Fate) -> LogEntry {
        LogEntry::new(phase, NO_ENDPOINT, moments, fate)
    }

    pub(super) fn of(phase: Phase, endpoint: u32, sample: Sample) -> LogEntry {
        let Sample { intended, sent, done, fate, bytes_sent, bytes_received, phases, .. } = sample;
        let [intended, sent, done] = [intended, sent, done].map(Moment::after);
        let phases = (phases != Phases::default()).then(|| Box::new(phases));
        let entry = LogEntry::new(phase, endpoint, Moments::of(intended, sent, done), fate);
        LogEntry { bytes_sent, bytes_received, phases, ..entry }
    }
}
