//! How precisely a figure that is compared with a limit is known: its [`FigureConfidence`].

use std::time::Duration;

use super::{drift, subject, values};
use crate::kind::Kind;
use crate::measure::{ChartSlice, Exceedances, KnownLimits, Measured, Summary, TimeLimit};
use crate::metric::{Metric, Percentile};
use crate::statistics::{
    Batch, HitCount, LEAST_EFFECTIVE_VALUES, Proportion, contributions, depend_little, effective_count, share_beyond,
};
use crate::threshold::{Comparison, Threshold};
use crate::units::Quantity;

/// The lengths of the longer measurements that follow a borderline one.
const LENGTHS: [Duration; 3] = [Duration::from_secs(30), Duration::from_secs(60), Duration::from_secs(120)];

/// A success rate of a run of fewer seconds has no interval: failures often come together, in some of the seconds only.
const LEAST_SECONDS: usize = 10;

/// How precisely a figure is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FigureConfidence {
    /// The ends of its 95 % interval, in the base unit of the metric. `None` if the run is too short, for times that depend on
    /// each other as these do, to say where the figure lies: such intervals miss it far more often than one time in twenty.
    pub(super) interval: Option<(f64, f64)>,
    /// The limit lies inside, or near the figure as far as such a run can show it: another measurement might decide otherwise.
    pub(super) borderline: bool,
}

/// The limits on times among `thresholds`, for the recorders of a test of `kind`. Samples beyond them are counted while
/// the test runs, so that each of these verdicts has an interval.
pub fn time_limits(thresholds: &[Threshold], kind: Kind) -> Vec<TimeLimit> {
    let mut limits: Vec<TimeLimit> = Vec::new();
    for limit in thresholds.iter().filter_map(|threshold| time_limit(threshold, kind)) {
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    limits
}

/// The limits among `thresholds`, for the recorders of a test of `kind`.
pub fn known_limits(thresholds: &[Threshold], kind: Kind) -> KnownLimits {
    KnownLimits { times: time_limits(thresholds, kind), values: values::limits(thresholds) }
}

/// How long to measure after a borderline measurement of `length`; `None` if that was long enough for the estimate to
/// decide.
pub fn longer(length: Duration) -> Option<Duration> {
    LENGTHS.into_iter().find(|longer| *longer > length)
}

/// How precisely the figure of `threshold` in `summary` is known; `None` if it has no interval.
pub(super) fn of(
    measured: &Measured,
    threshold: &Threshold,
    kind: Kind,
    summary: &Summary,
) -> Option<FigureConfidence> {
    if matches!(threshold.metric, Metric::SuccessRate | Metric::ErrorRate) {
        return of_successes(measured, threshold, summary);
    }
    let limit = time_limit(threshold, kind)?;
    let exceedances = measured.exceedances.iter().find(|exceedances| exceedances.limit == limit)?;
    if drift::of(measured, exceedances).is_some() || drift::backlog_grows(measured, exceedances) {
        return None;
    }
    match threshold.metric {
        Metric::Mean => of_mean(exceedances, threshold.limit()),
        Metric::Median => of_percentile(exceedances, summary, Percentile::new(50.0)?),
        Metric::Percentile(percentile) => of_percentile(exceedances, summary, percentile),
        _ => None,
    }
}

fn of_mean(exceedances: &Exceedances, limit_s: f64) -> Option<FigureConfidence> {
    let interval = exceedances.mean()?.proportional_interval();
    Some(FigureConfidence {
        interval: exceedances.depend_little(None).then_some((interval.low, interval.high)),
        borderline: interval.contains(limit_s),
    })
}

/// `p95 <= T` says that at most 5 % of the samples lie beyond T. This is a proportion, and the samples beyond T were counted.
///
/// The interval has the times at the shares around 95 % that cannot be distinguished from 95 % with this number of effective
/// samples. So T lies inside exactly if Wilson's interval of the proportion contains 5 %.
fn of_percentile(exceedances: &Exceedances, summary: &Summary, percentile: Percentile) -> Option<FigureConfidence> {
    let times = &summary.response_time;
    let over = exceedances.share_over(percentile, times.stddev_s?)?;
    let allowed = share_beyond(percentile);
    let reach = over.reach_around(allowed);
    let at = |quantile: f64, beyond: Option<f64>| {
        let inside = Percentile::new(quantile * 100.0);
        inside.map_or(beyond, |percentile| times.percentile_s(percentile))
    };
    let low = at(percentile.quantile() - reach, times.min_s)?;
    let high = at(percentile.quantile() + reach, times.max_s)?;
    // With fewer, the percentile may well lie beyond the greatest sample.
    let are_enough = over.effective_samples >= percentile.least_samples() as f64;
    // If all samples lie on one side of the limit, a longer measurement would decide nothing.
    let any_doubt = over.share > 0.0 && over.share < 1.0;
    Some(FigureConfidence {
        interval: (are_enough && exceedances.depend_little(Some(percentile))).then_some((low, high)),
        borderline: any_doubt && over.interval().contains(allowed),
    })
}

/// The share of requests that did not end ok, slice by slice, is a proportion too.
fn of_successes(measured: &Measured, threshold: &Threshold, summary: &Summary) -> Option<FigureConfidence> {
    let slices = failures_by_slice(measured, summary)?;
    let shares: Vec<f64> = slices.iter().filter_map(|slice| slice.share()).collect();
    if measured.timeline.len() < LEAST_SECONDS || effective_count(&shares) < LEAST_EFFECTIVE_VALUES {
        return None;
    }
    let failed = Proportion::of(&slices)?;
    let is_success = threshold.metric == Metric::SuccessRate;
    let interval = if is_success { failed.interval().complement() } else { failed.interval() };
    // If nothing failed, a longer measurement would decide nothing, and every short test would be made longer.
    let any_doubt = failed.share > 0.0 && failed.share < 1.0;
    let borderline = any_doubt && interval.contains(threshold.limit());
    let counts: Vec<Batch> = slices.iter().map(|slice| slice.batch()).collect();
    let is_believed = depend_little(&contributions(&counts));
    Some(FigureConfidence { interval: is_believed.then_some((interval.low, interval.high)), borderline })
}

/// How many requests ended in each slice, and how many of them were not ok. `None` unless these are all requests of
/// `summary`: there are slices only of the whole test, and they do not count requests that were never sent.
fn failures_by_slice(measured: &Measured, summary: &Summary) -> Option<Vec<HitCount>> {
    if !std::ptr::eq(summary, &measured.total) {
        return None;
    }
    let counts = &summary.requests;
    let of_slice = |slice: &ChartSlice| HitCount { samples: slice.ok + slice.failed, hits: slice.failed };
    let mut slices: Vec<HitCount> = measured.slices.slices.iter().map(of_slice).collect();
    let of_slices: u64 = slices.iter().map(|slice| slice.samples).sum();
    // Of the requests in flight at the end, most are in the slices already; the others belong to the last one.
    let missing = counts.intended.saturating_sub(of_slices).min(counts.in_flight_at_end);
    let last = slices.last_mut()?;
    last.samples += missing;
    last.hits += missing;
    let all = of_slices + missing;
    let not_ok: u64 = slices.iter().map(|slice| slice.hits).sum();
    (all == counts.intended && not_ok == counts.not_ok()).then_some(slices)
}

pub(super) fn time_limit(threshold: &Threshold, kind: Kind) -> Option<TimeLimit> {
    let Quantity::Duration(limit) = threshold.bound else { return None };
    let has_interval = matches!(threshold.metric, Metric::Mean | Metric::Median | Metric::Percentile(_));
    // A time that equals the limit is beyond it if times must be less.
    let is_less = threshold.comparison == Comparison::Less;
    let limit = limit.saturating_sub(Duration::from_nanos(u64::from(is_less)));
    has_interval.then(|| Some(TimeLimit { of: subject::times_of(threshold, kind)?, limit }))?
}

#[cfg(test)]
mod coverage;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Fate, Phase, Phases, Recorder, Sample, TimeScope};

    pub(super) fn threshold(text: &str) -> Threshold {
        text.parse().expect("a threshold of the test's own")
    }

    /// What a test with these limits measures if its requests have these intended starts and times.
    pub(super) fn measured_with(thresholds: &[Threshold], requests: impl Iterator<Item = (Duration, f64)>) -> Measured {
        let limits = time_limits(thresholds, Kind::Load);
        let mut recorder = Recorder::new(Duration::from_secs(10)).limited(&limits);
        for (intended, time_s) in requests {
            recorder.intend(Phase::Measured);
            recorder.end(Phase::Measured, &sample(intended, Duration::from_secs_f64(time_s), Fate::Ok));
        }
        recorder.finish()
    }

    pub(super) fn sample(intended: Duration, time: Duration, fate: Fate) -> Sample {
        let (endpoint, done) = ("GET /a".into(), intended + time);
        Sample {
            endpoint,
            intended,
            sent: intended,
            done,
            fate,
            bytes_sent: 0,
            bytes_received: 0,
            phases: Phases::default(),
        }
    }

    /// Twenty seconds of 100 requests each, of which `failed(second)` fail.
    fn answered(failed: impl Fn(u64) -> u64) -> Measured {
        let mut recorder = Recorder::new(Duration::from_secs(10));
        for index in 0..2_000 {
            let fails = index * 37 % 100 < failed(index / 100);
            let fate = if fails { Fate::Failed("status 503".to_owned()) } else { Fate::Ok };
            recorder.intend(Phase::Measured);
            recorder.end(Phase::Measured, &sample(Duration::from_millis(index * 10), Duration::from_millis(1), fate));
        }
        recorder.finish()
    }

    fn success(text: &str, measured: &Measured) -> Option<FigureConfidence> {
        of(measured, &threshold(text), Kind::Load, &measured.total)
    }

    #[test]
    fn a_success_rate_near_its_limit_is_borderline_on_either_side() {
        for failed in [4, 6] {
            let known = success("success_rate >= 95%", &answered(|_| failed)).expect("an interval");
            let (low, high) = known.interval.expect("an interval");
            assert!(known.borderline && low < 0.95 && 0.95 < high, "{failed} %: {known:?}");
            assert!(success("error_rate < 5%", &answered(|_| failed)).expect("an interval").borderline);
        }
        for failed in [1, 12] {
            assert!(!success("success_rate >= 95%", &answered(|_| failed)).expect("an interval").borderline);
        }
    }

    #[test]
    fn failures_that_come_together_make_a_success_rate_borderline_where_the_same_number_apart_does_not() {
        assert!(!success("success_rate >= 95%", &answered(|_| 2)).expect("an interval").borderline);
        let together = answered(|second| if (8..10).contains(&second) { 20 } else { 0 });
        assert!(success("success_rate >= 95%", &together).expect("an interval").borderline);
    }

    #[test]
    fn without_a_failure_a_success_rate_is_not_borderline_however_few_the_requests() {
        let mut recorder = Recorder::new(Duration::from_secs(10));
        for second in 0..12 {
            recorder.intend(Phase::Measured);
            recorder.end(Phase::Measured, &sample(Duration::from_secs(second), Duration::from_millis(1), Fate::Ok));
        }
        let known = success("success_rate >= 99%", &recorder.finish()).expect("an interval");
        assert!(known.interval.is_some_and(|(low, _)| low < 0.99) && !known.borderline, "{known:?}");
        assert!(!success("success_rate >= 100%", &answered(|_| 1)).expect("an interval").borderline, "one is enough");
    }

    #[test]
    fn requests_that_no_second_knows_of_leave_a_success_rate_without_an_interval() {
        let mut measured = answered(|_| 4);
        measured.total.requests.intended += 50;
        measured.total.requests.never_sent += 50;
        assert_eq!(success("success_rate >= 95%", &measured), None);
        let mut open = answered(|_| 4);
        open.total.requests.intended += 50;
        open.total.requests.in_flight_at_end += 50;
        assert!(success("success_rate >= 95%", &open).is_some(), "what was open is counted at the end");
    }

    /// Twenty seconds of 100 requests each, of which `slow(second)` take 1 s and the others 10 ms.
    fn measured(text: &str, slow: impl Fn(u64) -> u64) -> (Measured, Threshold) {
        let threshold = threshold(text);
        let limits = time_limits(std::slice::from_ref(&threshold), Kind::Load);
        let mut recorder = Recorder::new(Duration::from_secs(10)).limited(&limits);
        for index in 0..2_000 {
            let intended = Duration::from_millis(index * 10);
            // Spread over the second, because slices are shorter.
            let is_slow = index * 37 % 100 < slow(index / 100);
            let time = Duration::from_millis(if is_slow { 1_000 } else { 10 });
            recorder.intend(Phase::Measured);
            recorder.end(Phase::Measured, &sample(intended, time, Fate::Ok));
        }
        (recorder.finish(), threshold)
    }

    fn known(text: &str, slow: impl Fn(u64) -> u64) -> FigureConfidence {
        let (measured, threshold) = measured(text, slow);
        of(&measured, &threshold, Kind::Load, &measured.total).expect("an interval")
    }

    #[test]
    fn a_share_far_from_the_limit_is_not_borderline() {
        assert!(!known("p95 < 500ms", |_| 1).borderline);
        assert!(!known("p95 < 500ms", |_| 12).borderline);
        assert!(!known("median < 500ms", |_| 20).borderline);
    }

    #[test]
    fn a_share_near_the_limit_is_borderline_and_its_interval_holds_the_limit() {
        for share in [4, 6] {
            let known = known("p95 < 500ms", |_| share);
            assert!(known.borderline, "{share} %: {known:?}");
            assert!(known.interval.is_some_and(|(low, high)| low < 0.5 && high > 0.5), "{share} %: {known:?}");
        }
    }

    #[test]
    fn what_is_slow_together_is_borderline_where_the_same_number_apart_is_not() {
        // 2 % of all: spread evenly, or all within two of the twenty seconds.
        assert!(!known("p95 < 500ms", |_| 2).borderline);
        assert!(known("p95 < 500ms", |second| if (8..10).contains(&second) { 20 } else { 0 }).borderline);
    }

    #[test]
    fn a_mean_has_the_interval_of_its_batches() {
        // 10 % of 1 s and 90 % of 10 ms: 109 ms.
        let far = known("mean < 500ms", |_| 10);
        assert!(far.interval.is_some_and(|(low, high)| low < 0.109 && high > 0.109) && !far.borderline, "{far:?}");
        let near = known("mean < 100ms", |second| 8 + second % 4);
        assert!(near.interval.is_some_and(|(low, _)| low < 0.1) && near.borderline, "{near:?}");
    }

    #[test]
    fn a_run_whose_slices_are_worth_too_few_independent_ones_has_no_interval() {
        // Slower, or failing, in the second half: two states of the server, and no more than two.
        for text in ["p95 < 500ms", "mean < 500ms"] {
            let (measured, threshold) = measured(text, |second| if second < 10 { 2 } else { 30 });
            assert_eq!(of(&measured, &threshold, Kind::Load, &measured.total), None, "{text}");
        }
        assert_eq!(success("success_rate >= 95%", &answered(|second| if second < 10 { 1 } else { 30 })), None);
    }

    #[test]
    fn a_limit_is_counted_for_whom_it_bounds_and_only_once() {
        let texts =
            ["p95 <= 1s", "mean <= 1s", "max < 1s", "p95(\"GET /a\") <= 1s", "p99(\"stage peak\") < 2s", "failed <= 3"];
        let thresholds: Vec<Threshold> = texts.iter().map(|text| threshold(text)).collect();
        let second = Duration::from_secs(1);
        let expected = [
            TimeLimit { of: TimeScope::Requests, limit: second },
            TimeLimit { of: TimeScope::Endpoint("GET /a".to_owned()), limit: second },
            TimeLimit { of: TimeScope::Stage("peak".to_owned()), limit: second * 2 - Duration::from_nanos(1) },
        ];
        assert_eq!(time_limits(&thresholds, Kind::Load), expected);
        assert_eq!(time_limits(&thresholds[..1], Kind::Benchmark)[0].of, TimeScope::Iterations);
    }

    #[test]
    fn a_doubtful_measurement_is_repeated_for_30_then_60_then_120_seconds() {
        let seconds = |length: u64| longer(Duration::from_secs(length)).map(|longer| longer.as_secs());
        assert_eq!([10, 30, 60, 120].map(seconds), [Some(30), Some(60), Some(120), None]);
    }
}
