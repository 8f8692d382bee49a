//! Conclusions from several runs: the probes of a search, and the median of repetitions.

use std::time::Duration;

use super::drift::BACKLOG_SHARE;
use super::figure;
use super::judge::Judgement;
use super::search::ProbeResult;
use super::test_outcome::Outcome;
use crate::measure::{Ended, Measured};
use crate::metric::{Dimension, Percentile};
use crate::statistics::Trend;
use crate::threshold::Threshold;

/// The result of a probe of `measure` for the search.
///
/// Too few samples for a percentile do not matter here: the estimate decides, and the validation is long.
pub fn probe_result(measured: &Measured, judgement: &Judgement, measure: Duration, elapsed: Duration) -> ProbeResult {
    let thresholds = &judgement.thresholds;
    ProbeResult {
        holds: measured.ended == Ended::AsPlanned && thresholds.iter().all(|verdict| verdict.holds),
        sent_share: offered_share(measured, measure),
        backlog_grew: backlog_grew(measured, measure),
        borderline: thresholds.iter().any(|verdict| verdict.borderline),
        // A breach that the generator cannot have caused makes the judgement failed, and not invalid.
        generator_failed: judgement.outcome == Outcome::Invalid && judgement.is_disturbed,
        elapsed,
    }
}

/// Sent ÷ planned in the time of the probe. Arrivals that waited at the in-flight cap or were shed count as sent, because
/// the server caused that. Late arrivals spread the load over a longer time.
fn offered_share(measured: &Measured, measure: Duration) -> Option<f64> {
    let health = &measured.generator;
    let (planned, sent) = (health.planned.filter(|planned| *planned > 0)?, health.sent?);
    let unsent_of_own: u64 = health.own_errors.values().sum();
    let offered = (sent + health.shed.unwrap_or_default() + health.left_waiting.unwrap_or_default())
        .saturating_sub(unsent_of_own);
    let late_s = Percentile::new(99.0).and_then(|p99| health.pacer_lag.as_ref()?.percentile_s(p99)).unwrap_or_default();
    Some(offered as f64 / planned as f64 * (measure.as_secs_f64() / (measure.as_secs_f64() + late_s)))
}

/// True if requests in flight, waiting ones included, rise from second to second by more than noise.
pub fn backlog_grew(measured: &Measured, measure: Duration) -> bool {
    let seconds = measured.timeline.iter().take_while(|slice| slice.second < measure.as_secs());
    let points: Vec<(f64, f64)> = seconds.map(|slice| (slice.second as f64, slice.in_flight as f64)).collect();
    let arrivals_per_s = measured.total.requests.intended as f64 / measure.as_secs_f64();
    Trend::of(&points).is_some_and(|trend| trend.lower > 0.0 && trend.slope > BACKLOG_SHARE * arrivals_per_s)
}

/// The index of the median run, by the figure of the first threshold on a time of the whole test, or by p95 without one.
/// For an even number of runs it is the worse of the two in the middle.
pub fn median_run(runs: &[(&Measured, &Judgement)], thresholds: &[Threshold]) -> Option<usize> {
    let judged = thresholds
        .iter()
        .position(|threshold| threshold.metric.dimension() == Dimension::Time && !threshold.metric.is_of_whole_test());
    let figure = |(measured, judgement): &(&Measured, &Judgement)| {
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
    use crate::measure::{Counts, Summary, TimeSlice, TimeSummary};
    use crate::outcome::judge;

    /// Five seconds of 100 arrivals each, so many of them open at the end of each.
    fn run(in_flight: [u64; 5]) -> Measured {
        let slice = |(second, in_flight)| TimeSlice { second, sent: 100, in_flight, ..TimeSlice::default() };
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
        assert_eq!(offered_share(&measured, FIVE), Some(0.9));
        measured.generator.left_waiting = Some(60);
        measured.generator.shed = Some(40);
        assert_eq!(offered_share(&measured, FIVE), Some(1.0));
        measured.generator.own_errors.insert("no file descriptors".to_owned(), 100);
        assert_eq!(offered_share(&measured, FIVE), Some(0.9));
        assert_eq!(offered_share(&run([1; 5]), FIVE), None);
    }

    /// 500 arrivals in five seconds, each `late_ms` late through the generator's fault, answered `took_ms` after it was due.
    fn late_by(late_ms: u64, took_ms: u64) -> ProbeResult {
        let mut measured = run([1; 5]);
        measured.generator.planned = Some(500);
        measured.generator.sent = Some(500);
        let times = |millis| TimeSummary::of((0..500).map(|_| Duration::from_millis(millis)));
        measured.generator.pacer_lag = Some(times(late_ms));
        (measured.total.response_time, measured.total.service_time) = (times(took_ms), times(took_ms - late_ms));
        let thresholds = ["p95 < 30ms", "success_rate >= 99%"].map(|text| text.parse().expect("a threshold"));
        let judgement = judge(&measured, &thresholds, Kind::Capacity);
        assert_eq!(judgement.outcome, Outcome::Invalid, "{judgement:?}");
        probe_result(&measured, &judgement, FIVE, FIVE)
    }

    #[test]
    fn what_holds_although_the_generator_was_a_little_late_holds() {
        // Late by 5 ms in five seconds is a tenth of a per cent less load.
        let result = late_by(5, 10);
        assert!(result.is_held() && result.generator_failed && !result.is_disturbed(), "{result:?}");
    }

    #[test]
    fn what_breaks_while_the_generator_was_late_says_nothing_about_the_server() {
        let result = late_by(25, 40);
        assert!(!result.is_held() && result.is_disturbed(), "{result:?}");
    }

    #[test]
    fn a_load_that_came_late_by_more_than_a_hundredth_of_the_probe_was_not_offered() {
        let mut measured = run([1; 5]);
        (measured.generator.planned, measured.generator.sent) = (Some(500), Some(500));
        measured.generator.pacer_lag = Some(TimeSummary::of((0..500).map(|_| Duration::from_millis(100))));
        // 5 s ÷ 5.1 s
        assert!((offered_share(&measured, FIVE).expect("planned") - 0.980).abs() < 0.001);
    }

    #[test]
    fn the_median_run_is_chosen_by_the_first_time_that_is_judged() {
        let thresholds: Vec<Threshold> =
            ["success_rate >= 1%", "mean < 1s"].iter().map(|text| text.parse().expect("a threshold")).collect();
        let of = |millis: u64| {
            let mut measured = run([1; 5]);
            measured.total.response_time = TimeSummary::of((0..500).map(|_| Duration::from_millis(millis)));
            let judgement = judge(&measured, &thresholds, Kind::Load);
            (measured, judgement)
        };
        let median = |times_ms: &[u64], thresholds: &[Threshold]| {
            let runs: Vec<_> = times_ms.iter().map(|millis| of(*millis)).collect();
            median_run(&runs.iter().map(|(measured, judgement)| (measured, judgement)).collect::<Vec<_>>(), thresholds)
        };
        assert_eq!(median(&[30, 10, 20], &thresholds), Some(2));
        assert_eq!(median(&[30, 10], &thresholds), Some(0));
        assert_eq!(median(&[30, 10, 20], &[]), Some(2));
        assert_eq!(median(&[], &thresholds), None);
    }
}
