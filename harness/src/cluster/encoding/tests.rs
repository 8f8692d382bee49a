//! What is sent is received as it was, and what processes have measured comes to what one process would have measured.

use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::load_part::PartShare;
use crate::measure::trial::{TrialPlan, TrialRequest, figures, limits, measured, merged, of_process};
use crate::measure::{
    Ended, HostLookup, KnownLimits, Measured, PartFigures, PartUsage, Precision, Recorder, TestEvent, Unfinished,
};
use crate::text::GroupedTexts;
use crate::workload::{
    Arrivals, Connections, HttpOptions, LoadModel, Mix, Overflow, RunLength, Spacing, Stage, ThinkRange, UserClass,
    Users, Warmup, Workload,
};

fn sent<T: Serialize + DeserializeOwned>(value: &T) -> T {
    decode(&encode(value).expect("it can be written")).expect("it can be read")
}

fn durations() -> impl Strategy<Value = Duration> {
    (0u64..100_000, 0u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

fn stages() -> impl Strategy<Value = Vec<Stage>> {
    let stage = (prop::option::of("[a-z ]{0,9}"), 0.0f64..1e9, 0.0f64..1e9, durations());
    let stage = stage.prop_map(|(name, from, to, over)| Stage { name, from, to, over });
    prop::collection::vec(stage, 0..4)
}

fn models() -> impl Strategy<Value = LoadModel> {
    let think = (durations(), durations()).prop_map(|(least, more)| ThinkRange { least, most: least + more });
    let users = (any::<usize>(), durations(), stages(), prop::option::of(durations()), prop::option::of(think));
    let users = users.prop_map(|(count, ramp_up, stages, every, think)| Users { count, ramp_up, stages, every, think });
    let overflow = prop_oneof![Just(Overflow::Queue), Just(Overflow::Shed)];
    let spacing = prop_oneof![Just(Spacing::Even), Just(Spacing::Poisson)];
    let arrivals = (stages(), any::<usize>(), overflow, spacing);
    let arrivals = arrivals.prop_map(|(stages, max_in_flight, overflow, spacing)| Arrivals {
        stages,
        max_in_flight,
        overflow,
        spacing,
    });
    prop_oneof![users.prop_map(LoadModel::Closed), arrivals.prop_map(LoadModel::Open)]
}

fn http_options() -> impl Strategy<Value = HttpOptions> {
    let choices = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let texts = (prop::option::of(".{0,30}"), prop::option::of(".{0,30}"));
    (choices, any::<u64>(), texts).prop_map(
        |((http2, cookies, decompresses, trusts_any_certificate), redirects, (proxy, ca))| HttpOptions {
            http2,
            redirects,
            cookies,
            decompresses,
            proxy,
            ca,
            trusts_any_certificate,
        },
    )
}

fn workloads() -> impl Strategy<Value = Workload> {
    let warmup = prop_oneof![
        any::<u64>().prop_map(Warmup::Requests),
        durations().prop_map(Warmup::Duration),
        Just(Warmup::UntilSteady)
    ];
    let length = prop_oneof![
        any::<u64>().prop_map(RunLength::Requests),
        durations().prop_map(RunLength::Duration),
        Just(RunLength::UntilPrecise)
    ];
    let connections = prop_oneof![
        Just(Connections::PerUser),
        Just(Connections::PerRequest),
        any::<usize>().prop_map(Connections::Shared)
    ];
    let class = ("[a-z]{1,9}", 0u32..20_000).prop_map(|(name, weight)| UserClass { name, weight });
    let mix = prop::collection::vec(class, 0..4).prop_map(Mix::new);
    let rest = (durations(), any::<u64>(), connections, http_options(), mix);
    (models(), warmup, length, rest).prop_map(|(model, warmup, length, (timeout, seed, connections, http, mix))| {
        Workload { model, warmup, length, timeout, seed, connections, http, mix }
    })
}

/// Several processes, and the order in which they are merged.
fn processes() -> impl Strategy<Value = (Vec<Vec<TrialRequest>>, Vec<usize>)> {
    let with_order = |processes: Vec<_>| {
        let order = Just((0..processes.len()).collect::<Vec<_>>()).prop_shuffle();
        (Just(processes), order)
    };
    prop::collection::vec(of_process(), 1..=9).prop_flat_map(with_order)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_workload_of_any_settings_is_received_as_it_was(workload in workloads()) {
        prop_assert_eq!(sent(&workload), workload);
    }

    #[test]
    fn a_recorder_is_received_as_it_was_and_twice_as_well(arrivals in any::<bool>(), requests in of_process()) {
        let plan = if arrivals { TrialPlan::Arrivals } else { TrialPlan::Stages };
        let received: Recorder = sent(&plan.record(&requests));
        let again: Recorder = sent(&received);
        let one = figures(plan.record(&requests));
        prop_assert_eq!(&figures(received), &one);
        prop_assert_eq!(&figures(merged([again])), &one);
    }

    #[test]
    fn unequal_processes_merged_in_any_order_come_to_what_one_process_would_have_measured(
        arrivals in any::<bool>(), (processes, order) in processes(),
    ) {
        let plan = if arrivals { TrialPlan::Arrivals } else { TrialPlan::Stages };
        let one = figures(plan.record(&processes.concat()));
        let parts = order.iter().map(|process| sent(&plan.record(&processes[*process])));
        prop_assert_eq!(figures(merged(parts)), one);
    }
}

#[test]
fn these_processes_have_something_of_everything_that_is_counted() {
    let mut runner = TestRunner::deterministic();
    let tree = prop::collection::vec(of_process(), 100).new_tree(&mut runner).expect("processes");
    let mut processes: Vec<Vec<TrialRequest>> = tree.current();
    // Open from before the measurement until it is nearly over, longer than any other.
    processes.push(vec![TrialRequest::answered(900_000, 3_500_000)]);
    let of = |plan: TrialPlan| measured(merged(processes.iter().map(|process| plan.record(process))));
    let (arrivals, stages) = (of(TrialPlan::Arrivals), of(TrialPlan::Stages));
    let (counts, generator) = (arrivals.total.requests, &arrivals.generator);
    let service_times = arrivals.slices.slices.iter().filter(|slice| slice.service_time.is_some());
    let of_everything = [
        ("ok", counts.ok),
        ("failed", counts.failed),
        ("timed out", counts.timed_out),
        ("in flight", counts.in_flight_at_end),
        ("shed", generator.shed.unwrap_or(0)),
        ("left waiting", generator.left_waiting.unwrap_or(0)),
        ("resent", generator.resent),
        ("own errors", generator.own_errors.values().sum()),
        ("lags", generator.pacer_lag.as_ref().map_or(0, |lag| lag.samples)),
        ("before", arrivals.outside.intended),
        ("carried over", arrivals.carried_over.map_or(0, |carried| carried.requests)),
        ("carried over into a stage", stages.carried_over.map_or(0, |carried| carried.requests)),
        ("slices before", arrivals.slices_before.slices.len() as u64),
        ("service times", service_times.count() as u64),
        ("a spike", u64::from(stages.spike.is_some())),
        ("the quietest stage", stages.stages.iter().map(|stage| stage.total.requests.intended).min().unwrap_or(0)),
        ("beyond each limit", stages.exceedances.iter().map(|limit| limit.over()).min().unwrap_or(0)),
        ("decoded", arrivals.total.bytes_decoded.unwrap_or(0)),
    ];
    let missing: Vec<&str> = of_everything.iter().filter(|(_, count)| *count == 0).map(|(what, _)| *what).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let several = [arrivals.values.len(), arrivals.endpoints.len(), arrivals.total.statuses.len()];
    assert_eq!((several, stages.exceedances.len()), ([2, 4, 3], 6));
}

#[test]
fn the_percentiles_of_a_fast_and_a_slow_worker_are_those_of_all_samples_and_not_the_average_of_theirs() {
    let request = |number: u64, took_us| TrialRequest::answered(1_000_000 + number * 100, took_us);
    // 9,000 answers of about a millisecond, and 1,000 of about 50 ms: the 95th percentile of all is the median of the slow ones.
    let fast: Vec<_> = (0..9_000).map(|number| request(number, 1_000 + number % 100)).collect();
    let slow: Vec<_> = (0..1_000).map(|number| request(number * 9, 50_000 + number)).collect();
    let plan = TrialPlan::Arrivals;
    let p95 = |measured: &Measured| measured.total.response_time.p95_s.expect("enough samples");
    let all = measured(merged([&slow, &fast].map(|worker| sent(&plan.record(worker)))));
    let one = measured(plan.record(&[fast.clone(), slow.clone()].concat()));
    assert_eq!(p95(&all), p95(&one));
    assert!((p95(&all) - 0.0505).abs() < 0.0001, "{}", p95(&all));
    let average = [&fast, &slow].map(|worker| p95(&measured(plan.record(worker)))).iter().sum::<f64>() / 2.0;
    assert!((average - 0.026).abs() < 0.001, "{average}");
    assert_eq!(
        figures(merged([sent(&plan.record(&fast)), sent(&plan.record(&slow))])),
        figures(plan.record(&[fast, slow].concat()))
    );
}

#[test]
fn all_figures_of_a_process_are_received_as_they_were() {
    let share = PartShare { index: 2, of: 7 };
    let second = Duration::from_nanos(1_000_000_001);
    let mut leave_errors = GroupedTexts::default();
    leave_errors.add("the connection is closed", 3);
    let lookup = HostLookup { host: "a".to_owned(), time_s: Some(0.1 + 0.2), addresses: vec![], during_load: true };
    let figures = |recorders| PartFigures {
        users: 5,
        class_users: Some(vec![2, 3]),
        planned: Some(vec![0, 400]),
        measured_from: Some(second),
        measured_until: Some(3 * second),
        stopped_at: Some(2 * second),
        occupied: 4 * second,
        last_answer: 5 * second,
        unanswered: 6,
        ended: Ended::NoAnswer(second),
        precision: Some(Precision { half_width: 0.1, drifting: true, steady: false, warmup: second }),
        never_sent: 8,
        beyond_count: 9,
        used_up: Some("users.csv".to_owned()),
        unfinished: Unfinished { users: vec![1], has_blocking_work: true },
        leave_errors: leave_errors.clone(),
        usage: PartUsage {
            threads: 2,
            transports: vec!["http/1.1 (own)".to_owned()],
            lookups: vec![lookup.clone()],
            longest_held: second,
            held: 2 * second,
            longest_turn: 3 * second,
            cpu_s: Some(0.1),
            cpu_window_s: None,
            host_cpu_share: Some(1.0 / 3.0),
            host_cores: Some(8),
            allowed_cores: None,
            cpu_quota_cores: Some(1.5),
            quota_periods: Some(10),
            throttled_periods: Some(1),
            throttled_s: Some(0.01),
            longest_hiccup_s: None,
            hiccup_share: Some(0.0),
        },
        begun_late: Some(second),
        ..PartFigures::idle(share, recorders)
    };
    // Recorders are compared by what they come to, above.
    let received: PartFigures = sent(&figures(vec![TrialPlan::Stages.record(&[]), TrialPlan::Arrivals.record(&[])]));
    assert_eq!(received.recorders.len(), 2);
    let received = PartFigures { recorders: Vec::new(), ..received };
    assert_eq!(format!("{received:?}"), format!("{:?}", figures(Vec::new())));
}

#[test]
fn limits_and_how_a_run_ended_are_received_as_they_were() {
    let known: KnownLimits = limits();
    assert_eq!(sent(&known), known);
    let (since, waited) = (Duration::from_nanos(1_234_567_891), Duration::from_secs(2));
    for ended in [
        Ended::AsPlanned,
        Ended::Stopped("interrupted".to_owned()),
        Ended::NoAnswer(waited),
        Ended::Refused { since, waited, cause: "connection refused".to_owned() },
        Ended::FellSilent(since),
        Ended::Broken("panicked".to_owned()),
    ] {
        assert_eq!(sent(&ended), ended);
    }
    let unfinished = Unfinished { users: vec![3, 7], has_blocking_work: true };
    assert_eq!(sent(&unfinished), unfinished);
}

#[test]
fn figures_are_sent_with_all_their_digits_and_a_missing_one_stays_missing() {
    let figure = 1_234.567_890_123_456_7;
    for at_s in [Some(figure), None] {
        let event = TestEvent { at_s, text: "the data was used up".to_owned() };
        assert_eq!(sent(&event), event);
        let lookup = HostLookup { host: "a".to_owned(), time_s: at_s, addresses: vec![], during_load: true };
        assert_eq!(sent(&lookup), lookup);
    }
    let warmup = Duration::from_nanos(123_456_789_012_345_679);
    for half_width in [figure, f64::INFINITY] {
        let precision = sent(&Precision { half_width, drifting: true, steady: false, warmup });
        assert_eq!((precision.half_width, precision.drifting, precision.steady), (half_width, true, false));
        assert_eq!(precision.warmup, warmup);
    }
}

#[test]
fn what_is_cut_off_or_too_long_is_not_read() {
    let bytes = encode(&TrialPlan::Stages.record(&[])).expect("it can be written");
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert!(decode::<Recorder>(&bytes[..length]).is_err(), "{length} of {}", bytes.len());
    }
    let error = decode::<Recorder>(&[&bytes[..], &[0]].concat()).expect_err("a byte too many").to_string();
    assert_eq!(error, format!("1 bytes too many, of {}", bytes.len() + 1));
}
