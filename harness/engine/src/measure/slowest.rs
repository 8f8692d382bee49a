//! The slowest requests of a measurement.

use std::cmp::Reverse;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::json;
use super::sample::{Moments, Phases};
use crate::text::OTHER;

/// How many are kept.
const KEPT: usize = 5;

/// One of the slowest requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SlowRequest {
    /// Its endpoint.
    pub endpoint: String,
    /// Its intended start, in seconds since the measurement began.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub at_s: f64,
    /// Its response time.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub response_time_s: f64,
    /// The parts of its service time, as far as the transport knows them.
    #[serde(flatten)]
    pub phases: Phases,
}

/// The slowest requests, slowest first and then earliest, so that merging in any order keeps the same.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Slowest(Vec<KeptRequest>);

#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
struct KeptRequest {
    time_ns: Reverse<u64>,
    intended_ns: u64,
    endpoint: String,
    phases: Phases,
}

impl Slowest {
    /// False for nearly every request: all that are kept were slower.
    pub(super) fn may_hold(&self, moments: Moments) -> bool {
        self.0.get(KEPT - 1).is_none_or(|last| last.time_ns.0 <= moments.response_ns())
    }

    #[cold]
    pub(super) fn keep(&mut self, moments: Moments, endpoint: &str, phases: Option<&Phases>) {
        let (time_ns, intended_ns) = (Reverse(moments.response_ns()), moments.intended_ns);
        let slower = (time_ns, intended_ns, endpoint);
        let place = self.0.partition_point(|other| other.order() <= slower);
        if place == KEPT {
            return;
        }
        self.0.insert(
            place,
            KeptRequest {
                time_ns,
                intended_ns,
                endpoint: endpoint.to_owned(),
                phases: phases.copied().unwrap_or_default(),
            },
        );
        self.0.truncate(KEPT);
    }

    pub(super) fn merge(&mut self, other: Slowest) {
        self.0.extend(other.0);
        self.0.sort_by(|one, other| one.order().cmp(&other.order()));
        self.0.truncate(KEPT);
    }

    /// All were later by so much.
    pub(super) fn postpone(&mut self, by_ns: u64) {
        self.0.iter_mut().for_each(|kept| kept.intended_ns += by_ns);
    }

    /// Requests of other names than these are shown as requests of [`OTHER`].
    pub(super) fn name_under(&mut self, is_kept: impl Fn(&str) -> bool) {
        let others = self.0.iter_mut().filter(|kept| !is_kept(&kept.endpoint));
        others.for_each(|kept| kept.endpoint = OTHER.to_owned());
    }

    /// The requests, with times since the measurement began.
    pub(super) fn into_requests(self, origin_ns: u64) -> Vec<SlowRequest> {
        self.0.into_iter().map(|kept| kept.into_request(origin_ns)).collect()
    }
}

impl KeptRequest {
    fn order(&self) -> (Reverse<u64>, u64, &str) {
        (self.time_ns, self.intended_ns, &self.endpoint)
    }

    fn into_request(self, origin_ns: u64) -> SlowRequest {
        let seconds = |time_ns| Duration::from_nanos(time_ns).as_secs_f64();
        SlowRequest {
            endpoint: self.endpoint,
            at_s: seconds(self.intended_ns.saturating_sub(origin_ns)),
            response_time_s: seconds(self.time_ns.0),
            phases: self.phases,
        }
    }
}
