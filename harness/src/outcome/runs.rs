//! The runs of a test that is more than one: a repetition, a sweep, a search for capacity.

use std::time::Duration;

use super::search::{ProbeResult, Purpose};
use super::{Judgement, Outcome, ThresholdVerdict, figure};
use crate::measure::{Ended, Measured, Summary, Trend};
use crate::metric::Dimension;
use crate::threshold::Threshold;

/// One run of several.
#[derive(Debug, Clone)]
pub struct ProbeRow {
    /// What the run was for.
    pub part: RunPart,
    /// Users, or arrivals each second.
    pub load: f64,
    /// True if `load` is arrivals each second.
    pub is_rate: bool,
    /// How the run by itself would have ended.
    pub outcome: Outcome,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// True if everything that was asked of this run holds; of a probe: thresholds, offered load and backlog.
    pub holds: bool,
    /// True if the test's figures and verdict are those of this run.
    pub is_judged: bool,
    /// The last level of a sweep before throughput stops to follow the load.
    pub is_knee: bool,
    /// From the first intended start to the last end.
    pub span: Duration,
    /// All its requests.
    pub total: Summary,
    /// Open workloads: sent ÷ planned.
    pub sent_share: Option<f64>,
    /// Each threshold that was held against it.
    pub thresholds: Vec<ThresholdVerdict>,
}

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPart {
    /// The same once more: `repeat = 3`.
    Repeat,
    /// A level of a sweep.
    Level,
    /// The search for capacity asks whether a rate holds.
    Probe,
    /// It asks again for twice as long.
    Repetition,
    /// It asks whether the rate that it found holds for longer.
    Validation,
}

impl From<Purpose> for RunPart {
    fn from(purpose: Purpose) -> RunPart {
        match purpose {
            Purpose::Search => RunPart::Probe,
            Purpose::Repetition => RunPart::Repetition,
            Purpose::Validation => RunPart::Validation,
        }
    }
}

/// Growth of the backlog below this share of all arrivals is the noise of the last instant.
const BACKLOG_SHARE: f64 = 0.02;

/// What a probe of `measure` tells the search, once it has been judged.
///
/// Samples that are too few for a percentile do not matter here: the point estimate decides, and the validation is long.
pub fn probe_result(measured: &Measured, judgement: &Judgement, measure: Duration, elapsed: Duration) -> ProbeResult {
    let thresholds = &judgement.thresholds;
    let is_sure = thresholds.iter().all(|verdict| verdict.doubt.is_none());
    let generator_failed = judgement.outcome == Outcome::Invalid && is_sure;
    ProbeResult {
        // What the generator's own trouble may have caused is no breach, and the judgement has seen to that.
        holds: measured.ended == Ended::AsPlanned
            && (generator_failed || thresholds.iter().all(|verdict| verdict.holds)),
        sent_share: offered_share(measured),
        backlog_grew: backlog_grew(measured, measure),
        borderline: thresholds.iter().any(|verdict| verdict.borderline),
        generator_failed,
        elapsed,
    }
}

/// Sent ÷ planned, with what the in-flight cap kept back counted as sent: that is the server's doing.
fn offered_share(measured: &Measured) -> Option<f64> {
    let health = &measured.generator;
    let (planned, sent) = (health.planned?, health.sent?);
    (planned > 0).then(|| (sent + health.shed + health.left_waiting) as f64 / planned as f64)
}

/// True if requests in flight, waiting ones included, rise from second to second by more than noise.
pub fn backlog_grew(measured: &Measured, measure: Duration) -> bool {
    let seconds = measured.timeline.iter().take_while(|slice| slice.second < measure.as_secs());
    let points: Vec<(f64, f64)> = seconds.map(|slice| (slice.second as f64, slice.in_flight as f64)).collect();
    let arrivals_per_s = measured.total.requests.intended as f64 / measure.as_secs_f64();
    Trend::of(&points).is_some_and(|trend| trend.lower > 0.0 && trend.slope > BACKLOG_SHARE * arrivals_per_s)
}

/// The place of the median run by the figure that the test is judged on: that of the first threshold on a time of the
/// whole test, else p95. Of an even number it is the worse of the two in the middle.
pub fn median_run(runs: &[(Measured, Judgement)], thresholds: &[Threshold]) -> Option<usize> {
    let judged = thresholds
        .iter()
        .position(|threshold| threshold.metric.dimension() == Dimension::Time && !threshold.metric.is_of_whole_test());
    let figure = |(measured, judgement): &(Measured, Judgement)| {
        let by_threshold = judged.and_then(|index| judgement.thresholds.get(index)?.actual);
        // A run without a figure is worse than any with one.
        by_threshold.or_else(|| figure::percentile_s(&measured.total.response_time, 95.0)).unwrap_or(f64::INFINITY)
    };
    let mut order: Vec<(f64, usize)> = runs.iter().map(figure).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    order.get(order.len() / 2).map(|(_, index)| *index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::measure::{Counts, Slice, Times};
    use crate::outcome::judge;

    /// Five seconds of 100 arrivals each, so many of them open at the end of each.
    fn run(in_flight: [u64; 5]) -> Measured {
        let slice = |(second, in_flight)| Slice { second, sent: 100, in_flight, ..Slice::default() };
        let requests = Counts { intended: 500, ok: 500, ..Counts::default() };
        Measured {
            total: Summary { requests, ..Summary::default() },
            timeline: (0..).zip(in_flight).map(slice).collect(),
            ..Measured::default()
        }
    }

    const FIVE: Duration = Duration::from_secs(5);

    #[test]
    fn a_backlog_that_rises_each_second_grew_and_one_that_varies_did_not() {
        assert!(backlog_grew(&run([10, 20, 30, 40, 50]), FIVE));
        assert!(!backlog_grew(&run([40, 20, 30, 45, 35]), FIVE), "it varies");
        assert!(!backlog_grew(&run([40, 41, 42, 43, 44]), FIVE), "1 of 100 arrivals each second is noise");
        assert!(!backlog_grew(&run([90; 5]), FIVE), "many, but no more than before");
    }

    #[test]
    fn what_the_cap_kept_back_counts_as_offered_and_what_the_generator_did_not_send_does_not() {
        let mut measured = run([1; 5]);
        measured.generator.planned = Some(1_000);
        measured.generator.sent = Some(900);
        assert_eq!(offered_share(&measured), Some(0.9));
        measured.generator.left_waiting = 60;
        measured.generator.shed = 40;
        assert_eq!(offered_share(&measured), Some(1.0));
        assert_eq!(offered_share(&run([1; 5])), None);
    }

    #[test]
    fn the_median_run_is_chosen_by_the_first_time_that_is_judged() {
        let thresholds: Vec<Threshold> =
            ["success_rate >= 0%", "mean < 1s"].iter().map(|text| text.parse().expect("a threshold")).collect();
        let of = |millis: u64| {
            let mut measured = run([1; 5]);
            measured.total.response_time = Times::of((0..500).map(|_| Duration::from_millis(millis)));
            let judgement = judge(&measured, &thresholds, Kind::Load, true);
            (measured, judgement)
        };
        assert_eq!(median_run(&[of(30), of(10), of(20)], &thresholds), Some(2));
        assert_eq!(median_run(&[of(30), of(10)], &thresholds), Some(0));
        assert_eq!(median_run(&[of(30), of(10), of(20)], &[]), Some(2));
        assert_eq!(median_run(&[], &thresholds), None);
    }
}
