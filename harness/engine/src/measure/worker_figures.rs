//! Where several processes offer one load, what each of them did: [`WorkerFigures`].

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::json;
use crate::text::one_line;

/// Which process a worker is, and how it was reached: known without its figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkerFacts {
    /// Its number: 0, 1, 2 …
    pub index: usize,
    /// The host name of its machine.
    pub machine: String,
    /// Its process there.
    pub pid: u32,
    /// Cores that it may use.
    pub cores: Option<usize>,
    /// Its clock minus the coordinator's. Its times are translated by this.
    #[serde(serialize_with = "json::figure")]
    pub clock_offset_s: Option<f64>,
    /// By how much the offset may be wrong: half of the fastest round trip between the two.
    #[serde(serialize_with = "json::figure")]
    pub clock_error_s: Option<f64>,
    /// How often it was silent for so long that it was taken for late.
    pub late_heartbeats: u64,
    /// For how long it was silent at the longest.
    #[serde(serialize_with = "json::figure")]
    pub longest_silence_s: Option<f64>,
    /// Seconds that the live page never received from it. The figures of the run do not depend on them.
    pub seconds_missing: Option<u64>,
    /// Requests that had ended by the last second that it sent while it ran, warm-up included.
    pub requests_live: Option<u64>,
    /// It was lost during the run, so its own figures are `null`.
    pub lost: bool,
}

impl WorkerFacts {
    /// `worker 3 on b`, whatever a machine calls itself.
    #[doc(hidden)]
    pub fn name(&self) -> String {
        format!("worker {} on {}", self.index, one_line(&self.machine))
    }
}

/// One of several processes that offer a load together: its part of the load, its own figures, and how it fared.
///
/// They are for a look at one slow worker. The figures of the run come from the histograms of all, never from these percentiles.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkerFigures {
    /// Which process it is.
    #[serde(flatten)]
    pub facts: WorkerFacts,
    /// Worker threads of this process; 0 if the load is too small to have a part for it.
    pub threads: Option<usize>,
    /// Users of a closed workload that were its part.
    pub users: Option<u64>,
    /// Arrivals of the measured phase of an open workload that were its part.
    pub arrivals: Option<u64>,
    /// Where its requests of the measured phase ended, by its own start and end: those at a border may be counted otherwise in the run.
    pub requests: Option<Counts>,
    /// Its requests that ended ok, for each second of the measured phase.
    #[serde(serialize_with = "json::figure")]
    pub throughput_per_s: Option<f64>,
    /// The 50th percentile of the response times of its requests; `null` with too few of them.
    #[serde(serialize_with = "json::figure")]
    pub p50_s: Option<f64>,
    /// The 95th percentile of the response times of its requests; `null` with too few of them.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// The longest response time of its requests.
    #[serde(serialize_with = "json::figure")]
    pub max_s: Option<f64>,
    /// Requests that had ended by its final figures, warm-up included: as many as `requests_live` unless seconds are missing.
    pub requests_at_end: Option<u64>,
    /// How much later than planned its first user began, by its own clock.
    #[serde(serialize_with = "json::figure")]
    pub start_late_s: Option<f64>,
    /// Its CPU time over the measured phase, user and system.
    #[serde(serialize_with = "json::figure")]
    pub cpu_s: Option<f64>,
    /// Its CPU time as a share of what the cores of its worker threads, or its CPU quota, offer.
    #[serde(serialize_with = "json::figure")]
    pub cpu_share: Option<f64>,
    /// Cores of its machine.
    pub host_cores: Option<usize>,
    /// How busy its machine was over the measured phase, as a share of all its cores.
    #[serde(serialize_with = "json::figure")]
    pub host_cpu_share: Option<f64>,
    /// Longest oversleep of a 10 ms sleeper.
    #[serde(serialize_with = "json::figure")]
    pub longest_hiccup_s: Option<f64>,
    /// Share of the measured phase inside hiccups over 50 ms.
    #[serde(serialize_with = "json::figure")]
    pub hiccup_share: Option<f64>,
    /// Open workloads: the 99th percentile, of however few, of how late arrivals started although a slot was free.
    #[serde(serialize_with = "json::figure")]
    pub pacer_lag_p99_s: Option<f64>,
    /// Open workloads: the longest time by which an arrival started late although a slot was free.
    #[serde(serialize_with = "json::figure")]
    pub pacer_lag_max_s: Option<f64>,
}

impl WorkerFigures {
    /// Those of a worker whose figures never came.
    #[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
    #[doc(hidden)]
    pub fn missing(facts: WorkerFacts) -> WorkerFigures {
        WorkerFigures { facts, ..WorkerFigures::default() }
    }

    /// True if the load is too small to have a part for it.
    #[doc(hidden)]
    pub fn is_idle(&self) -> bool {
        self.threads == Some(0)
    }
}

/// How far apart the workers that had a part of the load began, at the most; `None` unless the start and the clock error of each are known.
///
/// A worker began as late as its clock says, give or take the clock error, so the distance of two may be longer by both errors.
#[cfg_attr(not(feature = "cluster"), allow(dead_code, reason = "for several processes"))]
pub(super) fn start_skew_s(workers: &[WorkerFigures]) -> Option<f64> {
    let offering = workers.iter().filter(|worker| !worker.is_idle());
    let starts = offering.enumerate().map(|(at, worker)| {
        let (late_s, error_s) = worker.start_late_s.zip(worker.facts.clock_error_s)?;
        Some((at, late_s - error_s, late_s + error_s))
    });
    let mut starts: Vec<(usize, f64, f64)> = starts.collect::<Option<_>>()?;
    // The first and the last are two of them, so the two of each that come into question are enough.
    starts.sort_by(|one, other| one.1.total_cmp(&other.1));
    let first: Vec<_> = starts.iter().take(2).copied().collect();
    starts.sort_by(|one, other| other.2.total_cmp(&one.2));
    let pairs = first.iter().flat_map(|first| starts.iter().take(2).map(move |last| (first, last)));
    let apart = pairs.filter(|(first, last)| first.0 != last.0).map(|(first, last)| last.2 - first.1);
    (!starts.is_empty()).then(|| apart.fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Workers that began so many milliseconds late, with clocks known to so many.
    fn began(starts_ms: &[(f64, f64)]) -> Vec<WorkerFigures> {
        let worker = |(late_ms, error_ms): &(f64, f64)| WorkerFigures {
            facts: WorkerFacts { clock_error_s: Some(error_ms / 1e3), ..WorkerFacts::default() },
            start_late_s: Some(late_ms / 1e3),
            ..WorkerFigures::default()
        };
        starts_ms.iter().map(worker).collect()
    }

    fn skew_ms(starts_ms: &[(f64, f64)]) -> f64 {
        start_skew_s(&began(starts_ms)).expect("all are known") * 1e3
    }

    #[test]
    fn the_skew_of_the_starts_includes_the_clock_errors_of_the_first_and_the_last() {
        // The last may have begun at 2.1 ms, the first at 0.8 ms.
        assert!((skew_ms(&[(1.0, 0.2), (2.0, 0.1), (1.5, 0.0)]) - 1.3).abs() < 1e-9);
        // An exact clock that is late, and one that may be wrong by more.
        assert!((skew_ms(&[(0.0, 3.0), (1.0, 0.0), (1.0, 0.0)]) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn one_worker_has_no_skew_whatever_its_clock() {
        assert_eq!(skew_ms(&[(4.0, 2.0)]), 0.0);
    }

    #[test]
    fn a_worker_without_a_part_of_the_load_is_not_awaited() {
        let mut workers = began(&[(1.0, 0.0), (3.0, 0.0), (0.0, 0.0)]);
        (workers[2].threads, workers[2].start_late_s) = (Some(0), None);
        assert_eq!(start_skew_s(&workers), Some(0.002));
    }

    #[test]
    fn a_start_or_a_clock_that_is_not_known_leaves_the_skew_unknown() {
        let mut workers = began(&[(1.0, 0.1), (1.0, 0.1)]);
        workers[1].start_late_s = None;
        assert_eq!(start_skew_s(&workers), None);
        let mut workers = began(&[(1.0, 0.1), (1.0, 0.1)]);
        workers[0].facts.clock_error_s = None;
        assert_eq!(start_skew_s(&workers), None);
        assert_eq!(start_skew_s(&[]), None);
    }

    #[test]
    fn the_record_of_a_lost_worker_has_what_was_known_and_null_for_the_rest() {
        let facts = WorkerFacts { index: 2, machine: "b".to_owned(), pid: 4711, lost: true, ..WorkerFacts::default() };
        let written = serde_json::to_value(WorkerFigures::missing(facts.clone())).expect("numbers and text");
        assert_eq!((&written["index"], &written["machine"], &written["lost"]), (&2.into(), &"b".into(), &true.into()));
        assert!(written["requests"].is_null() && written["cpu_s"].is_null() && written["users"].is_null(), "{written}");
        let read: WorkerFigures = serde_json::from_value(written).expect("as written");
        assert_eq!(read, WorkerFigures::missing(facts));
    }
}
