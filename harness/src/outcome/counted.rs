//! Percentiles that are judged by counts: on which side of its limit one lies is known exactly.

use super::confidence::time_limit;
use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::metric::{Metric, Percentile};
use crate::threshold::Threshold;

/// A percentile beside its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CountedPercentile {
    pub(super) holds: bool,
    pub(super) actual_s: f64,
}

/// The percentile of `threshold`. Samples beyond its limit were counted, while a histogram knows times to three digits: the end of
/// a bucket may lie beyond a limit that the times in it do not reach. `None` if they were not counted.
pub(super) fn percentile(
    measured: &Measured,
    threshold: &Threshold,
    kind: Kind,
    summary: &Summary,
) -> Option<CountedPercentile> {
    let percentile = match threshold.metric {
        Metric::Median => Percentile::new(50.0)?,
        Metric::Percentile(percentile) => percentile,
        _ => return None,
    };
    let limit = time_limit(threshold, kind)?;
    let exceedances = measured.exceedances.iter().find(|exceedances| exceedances.limit == limit)?;
    let (samples, over) = (exceedances.samples(), exceedances.over());
    if samples == 0 || samples != summary.response_time.samples {
        return None;
    }
    let read_s = summary.response_time.percentile_s(percentile)?;
    let holds = samples - over >= percentile.rank(samples);
    let greatest_s = limit.limit.as_nanos() as f64 / 1e9;
    Some(CountedPercentile { holds, actual_s: if holds { read_s.min(greatest_s) } else { read_s } })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use crate::kind::Kind;
    use crate::measure::{Fate, Phase, Phases, Recorder, Sample};
    use crate::outcome::{judge, time_limits};
    use crate::threshold::Threshold;

    /// 1,000 requests, of which `slow` take a second and the others `time`.
    fn verdict(text: &str, time: Duration, slow: u64) -> (bool, f64) {
        let thresholds: Vec<Threshold> = vec![text.parse().unwrap()];
        let limits = time_limits(&thresholds, Kind::Load);
        let mut recorder = Recorder::new(Duration::from_secs(10)).limited(&limits);
        for index in 0..1_000 {
            let intended = Duration::from_millis(index);
            let done = intended + if index < slow { Duration::from_secs(1) } else { time };
            recorder.intend(Phase::Measured);
            recorder.end(
                Phase::Measured,
                &Sample {
                    endpoint: "GET /a".into(),
                    intended,
                    sent: intended,
                    done,
                    fate: Fate::Ok,
                    bytes_sent: 0,
                    bytes_received: 0,
                    phases: Phases::default(),
                },
            );
        }
        let verdict = judge(&recorder.finish(), &thresholds, Kind::Load).thresholds.remove(0);
        (verdict.holds, verdict.actual.unwrap())
    }

    #[test]
    fn a_percentile_that_equals_its_limit_holds_and_one_nanosecond_more_does_not() {
        let limit = Duration::from_millis(250);
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(verdict("p95 <= 250ms", limit, 50), (true, 0.25));
        assert!(!verdict("p95 < 250ms", limit, 50).0);
        assert!(verdict("p95 < 250ms", limit - nanosecond, 50).0);
        let (holds, actual_s) = verdict("p95 <= 250ms", limit + nanosecond, 50);
        assert!(!holds && actual_s > 0.25, "{actual_s}");
        assert!(!verdict("p95 <= 250ms", limit, 51).0, "a twentieth and one more are slower");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Times within a bucket of the limit are judged by what they are, and the figure lies on the side of the verdict.
        #[test]
        fn a_percentile_is_judged_by_times_and_not_by_buckets(limit_ms in 1u64..2_000, off_us in -900i64..900, slow in 0u64..100) {
            let limit = Duration::from_millis(limit_ms);
            let time = Duration::from_micros((limit_ms * 1_000).saturating_add_signed(off_us).max(1));
            let (holds, actual_s) = verdict(&format!("p95 < {limit_ms}ms"), time, slow);
            let second = Duration::from_secs(1);
            let truth = if slow > 50 && time < second { second } else { time };
            prop_assert_eq!(holds, truth < limit);
            prop_assert_eq!(holds, actual_s < limit.as_secs_f64());
        }
    }
}
