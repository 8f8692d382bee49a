//! What is sent is received as it was, and what processes have measured comes to what one process would have measured.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::measure::trial::{TrialPlan, figures, limits, of_process};
use crate::measure::{Ended, HostLookup, KnownLimits, Precision, Recorder, TestEvent, Unfinished};
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_workload_of_any_settings_is_received_as_it_was(workload in workloads()) {
        prop_assert_eq!(sent(&workload), workload);
    }

    #[test]
    fn a_recorder_is_received_as_it_was_and_twice_as_well(arrivals in any::<bool>(), requests in of_process()) {
        let plan = if arrivals { TrialPlan::Arrivals } else { TrialPlan::Stages };
        let received: Recorder = sent(&plan.record(&requests));
        let again: Recorder = sent(&received);
        let one = figures([plan.record(&requests)]);
        prop_assert_eq!(&figures([received]), &one);
        prop_assert_eq!(&figures([again]), &one);
    }

    #[test]
    fn unequal_processes_merged_in_any_order_come_to_what_one_process_would_have_measured(
        arrivals in any::<bool>(),
        (processes, order) in prop::collection::vec(of_process(), 1..=9).prop_flat_map(|processes| {
            let order = Just((0..processes.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(processes), order)
        }),
    ) {
        let plan = if arrivals { TrialPlan::Arrivals } else { TrialPlan::Stages };
        let one = figures([plan.record(&processes.concat())]);
        let parts = order.iter().map(|process| sent(&plan.record(&processes[*process])));
        prop_assert_eq!(figures(parts), one);
    }
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
