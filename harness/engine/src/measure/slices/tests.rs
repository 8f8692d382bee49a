//! Requests counted by slices.

use proptest::prelude::*;

use super::super::time_slice::ChartSlice;
use super::*;

/// A request of a closed workload: sent when it was intended.
fn record(slices: &mut Slices, intended_ms: u64, done_ms: u64, is_ok: bool) {
    record_late(slices, intended_ms, intended_ms, done_ms, is_ok);
}

fn record_late(slices: &mut Slices, intended_ms: u64, sent_ms: u64, done_ms: u64, is_ok: bool) {
    let [intended_ns, sent_ns, done_ns] = [intended_ms, sent_ms, done_ms].map(|at_ms| at_ms * MS_NS);
    slices.record(Moments { intended_ns, sent_ns, done_ns }, is_ok);
}

#[test]
fn a_request_is_sent_in_one_second_and_ends_in_another() {
    let mut slices = Slices::default();
    record(&mut slices, 500, 600, true);
    record(&mut slices, 900, 3_100, false);
    let timeline = slices.timeline();
    let sent: Vec<u64> = timeline.iter().map(|slice| slice.sent).collect();
    let in_flight: Vec<u64> = timeline.iter().map(|slice| slice.in_flight).collect();
    assert_eq!((sent, in_flight), (vec![2, 0, 0, 0], vec![1, 1, 1, 0]));
    assert_eq!((timeline[0].ok, timeline[3].failed), (1, 1));
    assert_eq!(timeline[1].mean_s, None, "a quiet second has no mean");
    assert_eq!(timeline[3].max_s, Some(2.2));
}

#[test]
fn a_second_that_was_looked_at_goes_on() {
    let mut slices = Slices::default();
    record(&mut slices, 0, 10, true);
    assert_eq!(slices.timeline()[0].ok, 1);
    record(&mut slices, 20, 30, true);
    assert_eq!((slices.timeline()[0].ok, slices.timeline()[0].sent), (2, 2));
}

#[test]
fn high_percentiles_of_a_second_need_enough_samples() {
    let mut slices = Slices::default();
    (0..59).for_each(|_| record(&mut slices, 0, 10, true));
    (0..58).for_each(|_| record(&mut slices, 1_000, 1_010, true));
    let timeline = slices.timeline();
    assert!(timeline[0].p95_s.is_some() && timeline[0].p99_s.is_none());
    assert!(timeline[1].p95_s.is_none() && timeline[1].p50_s.is_some());
}

proptest! {
    #[test]
    fn the_current_second_is_counted_like_any_other(
        times in prop::collection::vec((0u64..4_000, 0u64..3_000, any::<bool>()), 0..60),
    ) {
        let (mut in_order, mut backwards) = (Slices::default(), Slices::default());
        for (at, took, is_ok) in &times {
            record(&mut in_order, *at, at + took, *is_ok);
        }
        for (at, took, is_ok) in times.iter().rev() {
            let mut one = Slices::default();
            record(&mut one, *at, at + took, *is_ok);
            backwards.merge(one);
        }
        prop_assert_eq!(format!("{:?}", in_order.timeline()), format!("{:?}", backwards.timeline()));
        prop_assert_eq!(format!("{:?}", in_order.for_chart(0.0)), format!("{:?}", backwards.for_chart(0.0)));
    }

    #[test]
    fn a_chart_has_every_request_that_the_seconds_have(
        times in prop::collection::vec((0u64..90_000, 0u64..30, 0u64..30_000, any::<bool>()), 1..200),
    ) {
        let mut slices = Slices::default();
        let mut times = times;
        times.sort_by_key(|(at, late, took, _)| at + late + took);
        for (at, late, took, is_ok) in &times {
            record_late(&mut slices, *at, at + late, at + late + took, *is_ok);
        }
        let (seconds, chart) = (slices.timeline(), slices.for_chart(0.0));
        let of_seconds = |count: fn(&TimeSlice) -> u64| seconds.iter().map(count).sum::<u64>();
        let of_chart = |count: fn(&ChartSlice) -> u64| chart.slices.iter().map(count).sum::<u64>();
        prop_assert_eq!(of_seconds(|slice| slice.sent), times.len() as u64);
        prop_assert_eq!(of_chart(|slice| slice.sent), times.len() as u64);
        prop_assert_eq!(of_chart(|slice| slice.ok), of_seconds(|slice| slice.ok));
        prop_assert_eq!(of_chart(|slice| slice.failed), of_seconds(|slice| slice.failed));
        let longest = |times: Vec<Option<f64>>| times.into_iter().flatten().fold(0.0, f64::max);
        let of_seconds = longest(seconds.iter().map(|slice| slice.max_s).collect());
        prop_assert_eq!(longest(chart.slices.iter().map(|slice| slice.response_time.max_s).collect()), of_seconds);
        prop_assert_eq!(chart.slices.last().map(|slice| slice.in_flight), Some(0));
    }
}

/// The number and the length of the slices of a run in which a request ends every 10 ms.
fn slices_of_a_run(length_ms: u64) -> (usize, Option<f64>) {
    let mut slices = Slices::default();
    (0..length_ms / 10).for_each(|index| record(&mut slices, 10 * index, 10 * index + 9, true));
    let chart = slices.for_chart(0.0);
    assert_eq!(slices.timeline().len() as u64, length_ms.div_ceil(1_000), "seconds stay seconds");
    (chart.slices.len(), chart.length_s)
}

#[test]
fn slices_suit_the_length_of_the_run() {
    assert_eq!(slices_of_a_run(1_500), (30, Some(0.05)));
    assert_eq!(slices_of_a_run(4_000), (80, Some(0.05)));
    assert_eq!(slices_of_a_run(10_000), (100, Some(0.1)));
    assert_eq!(slices_of_a_run(20_000), (80, Some(0.25)));
    assert_eq!(slices_of_a_run(60_000), (120, Some(0.5)));
    assert_eq!(slices_of_a_run(100_000), (100, Some(1.0)));
    assert_eq!(slices_of_a_run(600_000), (600, Some(1.0)));
}

#[test]
fn service_time_is_apart_where_it_differs_and_lag_is_the_greatest_of_a_slice() {
    let mut slices = Slices::default();
    record(&mut slices, 0, 10, true);
    record_late(&mut slices, 10, 20, 40, true);
    record(&mut slices, 60, 70, true);
    slices.record_lag(10 * MS_NS, 10 * MS_NS);
    slices.record_lag(20 * MS_NS, MS_NS);
    let chart = slices.for_chart(0.0).slices;
    let service = chart[0].service_time.clone().expect("one was late");
    assert_eq!((service.max_s, chart[0].response_time.max_s), (Some(0.02), Some(0.03)));
    assert_eq!((chart[0].lag_max_s, chart[1].lag_max_s), (Some(0.01), None));
    assert_eq!(chart[1].service_time, None, "each service time is the response time");
}

#[test]
fn a_percentile_that_would_be_the_maximum_is_not_drawn() {
    let mut slices = Slices::default();
    (0..19).for_each(|_| record(&mut slices, 0, 10, true));
    (0..20).for_each(|_| record(&mut slices, 50, 60, true));
    let chart = slices.for_chart(0.0).slices;
    assert_eq!((chart[0].response_time.p95_s, chart[1].response_time.p95_s.is_some()), (None, true));
    assert_eq!(chart[1].response_time.p99_s, None);
}

#[test]
fn slices_of_a_warm_up_begin_before_zero() {
    let mut slices = Slices::default();
    record(&mut slices, 120, 130, true);
    let begins: Vec<f64> = slices.for_chart(-0.15).slices.iter().map(|slice| slice.at_s).collect();
    assert!(
        begins.iter().zip([-0.15, -0.1, -0.05]).all(|(at_s, expected)| (at_s - expected).abs() < 1e-9),
        "{begins:?}"
    );
}
