//! Laws of the recorder, over every mix of fates.

use proptest::prelude::*;

use super::*;
use crate::measure::{Answer, Moment, Phases, Sample, Summary};

const MS: fn(u64) -> Duration = Duration::from_millis;
const ENDPOINTS: [&str; 3] = ["GET /a", "GET /b", "POST /c"];

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Ok),
        1 => Just(Fate::Failed("status 503".to_owned())),
        1 => Just(Fate::Failed("check: a full page".to_owned())),
        1 => Just(Fate::TimedOut),
        1 => Just(Fate::InFlightAtEnd),
        1 => Just(Fate::Ours("no descriptors left".to_owned())),
    ]
}

prop_compose! {
    fn samples()(endpoint in 0usize..3, at in 0u64..5_000, lag in 0u64..3, took in 0u64..3_000, fate in fates()) -> Sample {
        let intended = MS(at);
        let (sent, done) = (intended + MS(lag), intended + MS(lag + took));
        let endpoint = ENDPOINTS[endpoint].into();
        Sample { endpoint, intended, sent, done, fate, bytes_sent: 3, bytes_received: 5, phases: Phases::default() }
    }
}

fn runs() -> impl Strategy<Value = Vec<(bool, Sample)>> {
    prop::collection::vec((prop::bool::weighted(0.8), samples()), 0..40)
}

/// A ramp of a second, two steady stages of a second each, and a ramp for the rest.
fn stages() -> Arc<[StageBounds]> {
    let levels = [("warm", 0.0, 9.0), ("low", 9.0, 9.0), ("peak", 20.0, 20.0), ("down", 20.0, 0.0)];
    let bounds = levels.into_iter().zip(0u64..).map(|((name, from, to), second)| StageBounds {
        name: name.to_owned(),
        from,
        to,
        begins: MS(second * 1_000),
        ends: MS(second * 1_000 + 1_000),
    });
    bounds.collect()
}

fn limits() -> Vec<TimeLimit> {
    let of = [
        TimeScope::Requests,
        TimeScope::Iterations,
        TimeScope::Endpoint("GET /a".to_owned()),
        TimeScope::Stage("peak".to_owned()),
    ];
    of.into_iter().map(|of| TimeLimit { of, limit: MS(1_000) }).collect()
}

fn record(run: &[(bool, Sample)]) -> Recorder {
    record_into(Recorder::new(MS(1_000)), run)
}

/// Every request is an arrival, too, with the lag that follows from its times.
fn record_staged(run: &[(bool, Sample)]) -> Recorder {
    let mut recorder = record_into(Recorder::staged(MS(1_000), stages()).limited(&limits()), run);
    for (_, sample) in run.iter().filter(|(measured, _)| *measured) {
        recorder.planned(1);
        recorder.record_lag(sample.intended, sample.sent - sample.intended, sample.done - sample.sent);
    }
    recorder
}

fn record_into(mut recorder: Recorder, run: &[(bool, Sample)]) -> Recorder {
    for (measured, sample) in run {
        let phase = if *measured { Phase::Measured } else { Phase::Outside };
        recorder.intend(phase);
        recorder.end(phase, sample);
        if *measured {
            let [intended, sent, done] = [sample.intended, sample.sent, sample.done].map(Moment::after);
            recorder.iteration(Moments::of(intended, sent, done), &sample.fate);
        }
    }
    recorder
}

fn merged(parts: impl IntoIterator<Item = Recorder>) -> Recorder {
    let mut parts = parts.into_iter();
    let mut first = parts.next().unwrap();
    parts.for_each(|part| first.merge(part));
    first
}

/// Every figure, without the buckets behind it.
fn figures(recorder: Recorder) -> String {
    let summary = |summary: &Summary| {
        let times = [&summary.response_time, &summary.service_time, &summary.ok_response_time].map(|times| {
            let percentiles = [1.0, 50.0, 99.0].map(|p| times.percentile_s(crate::metric::Percentile::new(p).unwrap()));
            (times.samples, times.min_s, times.mean_s, times.max_s, times.stddev_s, percentiles)
        });
        format!(
            "{} {:?} {:?} {:?} {:?}",
            summary.name, summary.requests, summary.failures, times, summary.throughput_per_s
        )
    };
    let measured = recorder.finish();
    let endpoints: Vec<String> = measured.endpoints.iter().map(summary).collect();
    let (total, iteration) = (summary(&measured.total), summary(&measured.iteration));
    let stages: Vec<(String, Vec<String>)> = measured
        .stages
        .iter()
        .map(|stage| (summary(&stage.total), stage.endpoints.iter().map(summary).collect()))
        .collect();
    let health = &measured.generator;
    let lags = [&health.pacer_lag, &health.pool_wait].map(|times| {
        let times = times.clone().unwrap_or_default();
        let percentiles = [50.0, 99.0].map(|p| times.percentile_s(crate::metric::Percentile::new(p).unwrap()));
        (times.samples, times.mean_s, times.max_s, percentiles)
    });
    let health = (&health.own_errors, health.clipped, health.planned, health.sent, health.shed, lags);
    let rest = (measured.span, measured.outside, measured.timeline, measured.slowest, measured.exceedances);
    format!("{total}\n{iteration}\n{endpoints:#?}\n{stages:#?}\n{health:#?}\n{rest:#?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn merging_is_associative_and_equals_recording_into_one(a in runs(), b in runs(), c in runs()) {
        let left = merged([merged([record(&a), record(&b)]), record(&c)]);
        let right = merged([record(&a), merged([record(&b), record(&c)])]);
        let swapped = merged([record(&c), record(&a), record(&b)]);
        let one = figures(record(&[a, b, c].concat()));
        prop_assert_eq!(&figures(left), &one);
        prop_assert_eq!(&figures(right), &one);
        prop_assert_eq!(&figures(swapped), &one);
    }

    #[test]
    fn merging_stages_lags_and_limits_is_associative_and_equals_recording_into_one(
        a in runs(), b in runs(), c in runs(),
    ) {
        let left = merged([merged([record_staged(&a), record_staged(&b)]), record_staged(&c)]);
        let right = merged([record_staged(&a), merged([record_staged(&b), record_staged(&c)])]);
        let into_a_fresh_one = merged([Recorder::new(MS(1_000)), record_staged(&c), record_staged(&a), record_staged(&b)]);
        let one = figures(record_staged(&[a, b, c].concat()));
        prop_assert_eq!(&figures(left), &one);
        prop_assert_eq!(&figures(right), &one);
        prop_assert_eq!(&figures(into_a_fresh_one), &one);
    }

    #[test]
    fn every_request_is_in_the_stage_of_its_intended_start_and_only_steady_ones_are_in_the_total(
        run in runs(), shed in prop::collection::vec(0u64..5_000, 0..9), never_sent in 0u64..5, lost in 0u64..3,
    ) {
        let mut recorder = record_staged(&run);
        shed.iter().for_each(|at| recorder.shed(MS(*at)));
        recorder.never_sent(never_sent);
        (0..lost).for_each(|_| recorder.intend(Phase::Measured));
        let measured = recorder.finish();
        let stage_of = |at: Duration| at.as_secs().min(3) as usize;
        for (index, stage) in measured.stages.iter().enumerate() {
            let sent = run.iter().filter(|(measured, sample)| *measured && stage_of(sample.intended) == index).count();
            let left_out = shed.iter().filter(|at| stage_of(MS(**at)) == index).count();
            prop_assert!(stage.total.requests.is_conserved());
            prop_assert_eq!(stage.total.requests.intended, (sent + left_out) as u64);
            prop_assert_eq!(stage.total.requests.never_sent, left_out as u64);
            let of_endpoints: u64 = stage.endpoints.iter().map(|endpoint| endpoint.requests.intended).sum();
            prop_assert_eq!(of_endpoints, sent as u64);
        }
        let steady: u64 = measured.stages[1..3].iter().map(|stage| stage.total.requests.intended).sum();
        prop_assert!(measured.total.requests.is_conserved());
        prop_assert_eq!(measured.total.requests.intended, steady + never_sent + lost);
        prop_assert_eq!(measured.generator.shed.unwrap_or_default(), shed.len() as u64);
        prop_assert_eq!(measured.exceedances[0].samples(), measured.total.response_time.samples);
        prop_assert_eq!(measured.exceedances[1].samples(), measured.iteration.response_time.samples);
        prop_assert_eq!(measured.exceedances[3].samples(), measured.stages[2].total.response_time.samples);
        let over = run.iter().filter(|(measured, sample)| {
            *measured && (1..3).contains(&stage_of(sample.intended)) && sample.done - sample.intended > MS(1_000)
        });
        prop_assert_eq!(measured.exceedances[0].over(), over.count() as u64);
    }

    #[test]
    fn every_intended_request_ends_in_one_place(run in runs(), never_sent in 0u64..9, lost in 0u64..3) {
        let mut recorder = record(&run);
        recorder.never_sent(never_sent);
        (0..lost).for_each(|_| recorder.intend(Phase::Measured));
        let measured = recorder.finish();
        let sent = run.iter().filter(|(measured, _)| *measured).count() as u64;
        prop_assert!(measured.total.requests.is_conserved());
        prop_assert_eq!(measured.total.requests.intended, sent + lost + never_sent);
        prop_assert_eq!(measured.outside.intended, run.len() as u64 - sent);
        let of_endpoints: u64 = measured.endpoints.iter().map(|endpoint| endpoint.requests.intended).sum();
        prop_assert_eq!(of_endpoints, sent);
        let causes: u64 = measured.total.failures.values().sum();
        prop_assert_eq!(causes, measured.total.requests.not_ok() - never_sent - lost);
        let ended: u64 = measured.timeline.iter().map(|slice| slice.ok + slice.failed).sum();
        prop_assert_eq!(ended, sent);
    }
}

#[test]
fn a_stage_of_a_run_that_ended_early_is_as_long_as_it_was_measured() {
    let sample = |at: u64| Sample {
        endpoint: ENDPOINTS[0].into(),
        intended: MS(at),
        sent: MS(at),
        done: MS(at + 100),
        fate: Fate::Ok,
        bytes_sent: 0,
        bytes_received: 0,
        phases: Phases::default(),
    };
    let measured = record_staged(&[(true, sample(1_000)), (true, sample(1_300))]).finish();
    let [_, low, peak, _] = measured.stages.as_slice() else { panic!("four stages") };
    assert_eq!((low.span, peak.span), (MS(400), MS(0)));
    assert_eq!(low.total.throughput_per_s, Some(2.0 / 0.4));
}

#[test]
fn the_slowest_five_are_listed_slowest_first_with_their_place_in_the_measurement() {
    let run: Vec<(bool, Sample)> = (1..=9)
        .map(|i| {
            (
                true,
                Sample {
                    endpoint: format!("GET /{i}").as_str().into(),
                    intended: MS(2_000 + i),
                    sent: MS(2_000 + i),
                    done: MS(2_000 + 11 * i),
                    fate: Fate::Ok,
                    bytes_sent: 0,
                    bytes_received: 0,
                    phases: Phases::default(),
                },
            )
        })
        .collect();
    let mut recorder = record(&run);
    recorder.measure_from(MS(2_000));
    let slowest = recorder.finish().slowest;
    let names: Vec<&str> = slowest.iter().map(|slow| slow.endpoint.as_str()).collect();
    assert_eq!(names, ["GET /9", "GET /8", "GET /7", "GET /6", "GET /5"]);
    assert_eq!((slowest[0].at_s, slowest[0].response_time_s), (0.009, 0.09));
}

#[test]
fn throughput_counts_the_successful_over_the_span() {
    let request = |from: u64, to: u64, fate| Sample {
        endpoint: "GET /a".into(),
        intended: MS(from),
        sent: MS(from),
        done: MS(to),
        fate,
        bytes_sent: 0,
        bytes_received: 0,
        phases: Phases::default(),
    };
    // Three ok in the 2 s from 1 000 to 3 000 ms.
    let ends =
        [(1_000, 1_500, Fate::Ok), (1_100, 1_200, Fate::Ok), (2_000, 3_000, Fate::TimedOut), (2_000, 2_500, Fate::Ok)];
    let run: Vec<_> = ends.into_iter().map(|(from, to, fate)| (true, request(from, to, fate))).collect();
    let measured = record(&run).finish();
    assert_eq!(measured.span, MS(2_000));
    assert_eq!(measured.total.throughput_per_s, Some(1.5));
}

#[test]
fn what_is_carried_over_is_counted_by_its_status_too() {
    let mut recorder = Recorder::new(MS(10_000)).lasting(Some(MS(4_000)));
    let endpoint = recorder.names.index_of(&"GET /a".into());
    let answered = |status: u16, phase, from: u64, to: u64| {
        let [from, to] = [from, to].map(|ms| Moment::after(MS(ms)));
        let answer = Some(Answer { status, is_named: false });
        LogEntry { answer, ..LogEntry::new(phase, endpoint, Moments::of(from, from, to), Fate::Ok) }
    };
    recorder.expect_measurement(MS(1_000));
    recorder.measure_from(MS(1_000));
    recorder.intend(Phase::Outside);
    let stalled = answered(429, Phase::Outside, 900, 3_000);
    recorder.record(&stalled);
    recorder.record_before(&stalled);
    recorder.intend(Phase::Measured);
    recorder.record(&answered(200, Phase::Measured, 3_000, 3_001));
    let measured = recorder.finish();
    let statuses: Vec<(u16, u64, f64)> =
        measured.total.statuses.iter().map(|count| (count.status, count.responses, count.last_s)).collect();
    assert_eq!((measured.total.requests.intended, statuses), (2, vec![(200, 1, 2.001), (429, 1, 2.0)]));
}

/// A request of this endpoint that took a millisecond.
fn one(endpoint: &str, at: u64, fate: Fate) -> (bool, Sample) {
    let (intended, done) = (MS(at), MS(at + 1));
    let endpoint = endpoint.into();
    (
        true,
        Sample {
            endpoint,
            intended,
            sent: intended,
            done,
            fate,
            bytes_sent: 3,
            bytes_received: 5,
            phases: Phases::default(),
        },
    )
}

#[test]
fn names_beyond_a_thousand_are_counted_together_and_the_totals_are_exact() {
    let half = |from: u64| {
        record(&(from..from + 3_000).map(|id| one(&format!("GET /items/{id}"), id, Fate::Ok)).collect::<Vec<_>>())
    };
    let mut merged = half(0);
    merged.merge(half(2_000));
    let measured = merged.finish();
    assert_eq!(measured.total.requests.ok, 6_000);
    assert!(measured.endpoints.len() <= 1_001, "{}", measured.endpoints.len());
    assert_eq!(measured.endpoints.iter().map(|endpoint| endpoint.requests.ok).sum::<u64>(), 6_000);
    let other = measured.endpoints.iter().find(|endpoint| endpoint.name == "(other)").expect("the rest");
    assert_eq!(other.requests.ok, 5_000);
}

#[test]
fn a_name_that_a_limit_names_is_counted_apart_however_late_it_comes() {
    let limit = TimeLimit { of: TimeScope::Endpoint("GET /late".to_owned()), limit: MS(1_000) };
    let run: Vec<_> = (0..2_000)
        .map(|id| one(&format!("GET /items/{id}"), id, Fate::Ok))
        .chain([one("GET /late", 2_000, Fate::Ok)])
        .collect();
    let measured = record_into(Recorder::new(MS(1_000)).limited(&[limit]), &run).finish();
    assert!(measured.endpoints.iter().any(|endpoint| endpoint.name == "GET /late"));
    assert_eq!(measured.exceedances[0].samples(), 1);
}

#[test]
fn causes_that_differ_each_time_are_few_and_their_sum_is_exact() {
    let run: Vec<_> = (0..6_000).map(|id| one("GET /a", id, Fate::Failed(format!("order {id} not found")))).collect();
    let measured = record(&run).finish();
    for summary in [&measured.total, &measured.endpoints[0]] {
        assert!(summary.failures.len() <= 21, "{}", summary.failures.len());
        assert_eq!(summary.failures.values().sum::<u64>(), 6_000);
    }
}
