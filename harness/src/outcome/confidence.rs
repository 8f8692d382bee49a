//! How far a figure that was held against a limit can be relied on.

use std::time::Duration;

use super::subject;
use crate::kind::Kind;
use crate::measure::{Exceedances, Measured, Summary, TimeLimit};
use crate::metric::{Metric, Percentile};
use crate::threshold::Threshold;
use crate::units::Quantity;

/// How long a measurement is when it is made longer because of a doubtful limit.
const LENGTHS: [Duration; 3] = [Duration::from_secs(30), Duration::from_secs(60), Duration::from_secs(120)];

/// The 95 % interval of a figure, in the base unit of its metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    pub(super) interval: (f64, f64),
    /// The limit lies inside: another measurement might decide otherwise.
    pub(super) borderline: bool,
}

/// The limits on times among `thresholds`, for the recorders of a test of `kind`: what goes beyond them is counted
/// while the test runs, so that each of these verdicts has an interval.
pub fn time_limits(thresholds: &[Threshold], kind: Kind) -> Vec<TimeLimit> {
    let mut limits: Vec<TimeLimit> = Vec::new();
    for limit in thresholds.iter().filter_map(|threshold| time_limit(threshold, kind)) {
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    limits
}

/// How long to measure next, when a measurement of `length` left a limit inside an interval; `None` when it was long
/// enough for the point estimate to decide.
pub fn longer(length: Duration) -> Option<Duration> {
    LENGTHS.into_iter().find(|longer| *longer > length)
}

/// What is known about `threshold`'s figure, a time of `summary`; `None` where nothing can be said.
pub(super) fn of(measured: &Measured, threshold: &Threshold, kind: Kind, summary: &Summary) -> Option<Known> {
    let limit = time_limit(threshold, kind)?;
    let exceedances = measured.exceedances.iter().find(|exceedances| exceedances.limit == limit)?;
    match threshold.metric {
        Metric::Mean => of_mean(exceedances, threshold.limit()),
        Metric::Median => of_percentile(exceedances, summary, Percentile::new(50.0)?),
        Metric::Percentile(percentile) => of_percentile(exceedances, summary, percentile),
        _ => None,
    }
}

fn of_mean(exceedances: &Exceedances, limit_s: f64) -> Option<Known> {
    let mean = exceedances.mean()?;
    let (low, high) = ((mean.mean_s - mean.half_width_s).max(0.0), mean.mean_s + mean.half_width_s);
    Some(Known { interval: (low, high), borderline: low < limit_s && limit_s < high })
}

/// `p95 <= T` says that no more than 5 % go beyond T: a proportion, whose exceedances were counted.
///
/// The times are those of the shares around 95 % that the same number of effective samples cannot tell from it, so that
/// T lies among them exactly when Wilson's interval of the exceedances holds 5 %.
fn of_percentile(exceedances: &Exceedances, summary: &Summary, percentile: Percentile) -> Option<Known> {
    let (over, times) = (exceedances.share_over()?, &summary.response_time);
    let allowed = (100.0 - percentile.percent()) / 100.0;
    let reach = over.reach_around(allowed);
    let at = |quantile: f64, beyond: Option<f64>| {
        let inside = Percentile::new(quantile * 100.0);
        inside.map_or(beyond, |percentile| times.percentile_s(percentile))
    };
    let low = at(percentile.quantile() - reach, times.min_s)?;
    let high = at(percentile.quantile() + reach, times.max_s)?;
    let (least, most) = over.wilson();
    Some(Known { interval: (low, high), borderline: least < allowed && allowed < most })
}

fn time_limit(threshold: &Threshold, kind: Kind) -> Option<TimeLimit> {
    let Quantity::Duration(limit) = threshold.bound else { return None };
    let has_interval = matches!(threshold.metric, Metric::Mean | Metric::Median | Metric::Percentile(_));
    has_interval.then(|| TimeLimit { of: subject::times_of(threshold, kind), limit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Fate, Phase, Phases, Recorder, Sample, TimesOf};

    fn threshold(text: &str) -> Threshold {
        text.parse().expect("a threshold of the test's own")
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
            let done = intended + Duration::from_millis(if is_slow { 1_000 } else { 10 });
            let endpoint = "GET /a".into();
            recorder.intend(Phase::Measured);
            let sample = Sample {
                endpoint,
                intended,
                sent: intended,
                done,
                fate: Fate::Ok,
                bytes_sent: 0,
                bytes_received: 0,
                phases: Phases::default(),
            };
            recorder.end(Phase::Measured, sample);
        }
        (recorder.finish(), threshold)
    }

    fn known(text: &str, slow: impl Fn(u64) -> u64) -> Known {
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
            assert!(known.interval.0 < 0.5 && known.interval.1 > 0.5, "{share} %: {known:?}");
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
        assert!(far.interval.0 < 0.109 && far.interval.1 > 0.109 && !far.borderline, "{far:?}");
        let near = known("mean < 100ms", |second| 8 + second % 4);
        assert!(near.interval.0 < 0.1 && near.borderline, "{near:?}");
    }

    #[test]
    fn a_limit_is_counted_for_whom_it_bounds_and_only_once() {
        let texts =
            ["p95 < 1s", "mean < 1s", "max < 1s", "p95(\"GET /a\") < 1s", "p99(\"stage peak\") < 2s", "failed <= 3"];
        let thresholds: Vec<Threshold> = texts.iter().map(|text| threshold(text)).collect();
        let second = Duration::from_secs(1);
        let expected = [
            TimeLimit { of: TimesOf::Requests, limit: second },
            TimeLimit { of: TimesOf::Endpoint("GET /a".to_owned()), limit: second },
            TimeLimit { of: TimesOf::Stage("peak".to_owned()), limit: second * 2 },
        ];
        assert_eq!(time_limits(&thresholds, Kind::Load), expected);
        assert_eq!(time_limits(&thresholds[..1], Kind::Benchmark)[0].of, TimesOf::Iterations);
    }

    #[test]
    fn a_doubtful_measurement_is_repeated_for_30_then_60_then_120_seconds() {
        let seconds = |length: u64| longer(Duration::from_secs(length)).map(|longer| longer.as_secs());
        assert_eq!([10, 30, 60, 120].map(seconds), [Some(30), Some(60), Some(120), None]);
    }
}
