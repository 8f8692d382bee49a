use super::*;
use crate::settings::parse::parse_value;
use crate::settings::table::SettingKey;
use crate::workload::{ArmOrder, Connections, Overflow, Spacing, SpikeWindow};

/// Settings as an author writes them.
fn settings(given: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, text) in given {
        let key: SettingKey = key.parse().unwrap();
        settings.set(key, parse_value(key, text).unwrap()).unwrap();
    }
    settings
}

fn plan(kind: Kind, given: &[(&str, &str)]) -> LoadPlan {
    settings(given).plan(kind).unwrap()
}

fn refusal(kind: Kind, given: &[(&str, &str)]) -> WorkloadError {
    settings(given).plan(kind).unwrap_err()
}

fn arrivals(plan: &LoadPlan) -> &Arrivals {
    match &plan.workload.model {
        LoadModel::Open(arrivals) => arrivals,
        LoadModel::Closed(users) => panic!("closed: {users:?}"),
    }
}

fn users(plan: &LoadPlan) -> &Users {
    match &plan.workload.model {
        LoadModel::Closed(users) => users,
        LoadModel::Open(arrivals) => panic!("open: {arrivals:?}"),
    }
}

const SPIKE: (&str, &str) = ("spike", "base = 20/s, peak = 300/s, at = 5s, lasting = 5s");
const STAGES: (&str, &str) = ("stages", "0/s -> 500/s over 30s, 500/s for 60s");

#[test]
fn a_benchmark_is_one_user_until_steady_and_precise() {
    let workload = plan(Kind::Benchmark, &[]).workload;
    assert_eq!((workload.users(), workload.warmup, workload.length), (1, Warmup::UntilSteady, RunLength::UntilPrecise));
    assert_eq!(refusal(Kind::Benchmark, &[("users", "10")]), WorkloadError::BenchmarkUsers(10));
}

#[test]
fn every_user_must_get_a_request() {
    assert!(settings(&[("users", "100"), ("requests", "10")]).resolve(Kind::Load).is_err());
    assert!(settings(&[("sweep", "users = [1, 20]"), ("requests", "10")]).resolve(Kind::Load).is_err());
    assert_eq!(plan(Kind::Load, &[("requests", "3")]).workload.users(), 3);
}

#[test]
fn a_rate_is_one_steady_stage_with_the_defaults_of_an_open_workload() {
    let plain = plan(Kind::Load, &[("rate", "300/s")]);
    let open = arrivals(&plain);
    assert_eq!(open.stages, [Stage::steady(300.0, Duration::from_secs(10))]);
    assert_eq!((open.max_in_flight, open.overflow, open.spacing), (1_000, Overflow::Queue, Spacing::Even));
    let given = [("rate", "300/s"), ("max_in_flight", "8"), ("overflow", "shed"), ("arrivals", "poisson")];
    let own = plan(Kind::Stress, &given);
    let open = arrivals(&own);
    assert_eq!((open.max_in_flight, open.overflow, open.spacing), (8, Overflow::Shed, Spacing::Poisson));
}

#[test]
fn a_rate_with_requests_ends_after_so_many_arrivals() {
    let counted = plan(Kind::Load, &[("rate", "100/s"), ("requests", "250")]);
    assert_eq!(arrivals(&counted).stages, [Stage::steady(100.0, Duration::from_millis(2500))]);
    assert_eq!(counted.workload.length, RunLength::Requests(250));
}

#[test]
fn stages_last_as_long_as_their_sum_and_need_as_many_users_as_their_peak() {
    let ramp = plan(Kind::Load, &[STAGES]);
    assert_eq!((arrivals(&ramp).stages.len(), ramp.workload.length), (2, RunLength::Duration(Duration::from_secs(90))));
    let closed = plan(Kind::Load, &[("stages", "1 -> 50 over 10s, 50 for 60s"), ("pace", "2s")]);
    assert_eq!((users(&closed).count, users(&closed).stages.len()), (50, 2));
    assert_eq!(users(&closed).every, Some(Duration::from_secs(2)));
}

#[test]
fn users_that_spawn_at_a_rate_ramp_up_for_as_long_as_that_takes() {
    let spawned = plan(Kind::Load, &[("users", "50"), ("spawn_rate", "5/s")]);
    assert_eq!(users(&spawned).ramp_up, Duration::from_secs(10));
    let level = spawned.workload.at_level(10.0);
    assert_eq!((level.users(), level.ramp_up()), (10, Duration::from_secs(2)));
}

#[test]
fn each_plan_of_runs_comes_from_its_setting_or_kind() {
    let runs = |kind, given: &[(&str, &str)]| plan(kind, given).runs;
    assert_eq!(runs(Kind::Load, &[("repeat", "3")]), RunPlan::Repeat(3));
    assert_eq!(runs(Kind::Load, &[("repeat", "1")]), RunPlan::Once(Extension::Unlimited));
    assert_eq!(runs(Kind::Load, &[("extend", "false")]), RunPlan::Once(Extension::Never));
    let within = RunPlan::Once(Extension::Within(Duration::from_secs(45)));
    assert_eq!(runs(Kind::Load, &[("max_time", "45s"), ("extend", "true")]), within);
    let sweep = ("sweep", "users = [1, 2]");
    assert_eq!(runs(Kind::Load, &[sweep]), RunPlan::Sweep(vec![1.0, 2.0]));
    assert_eq!(runs(Kind::Load, &[sweep, ("repeat", "1")]), RunPlan::Sweep(vec![1.0, 2.0]));
    let repeated = RunPlan::RepeatedSweep { levels: vec![1.0, 2.0], repeat: 3 };
    assert_eq!(runs(Kind::Load, &[sweep, ("repeat", "3")]), repeated);
    let spike = SpikeWindow { at: Duration::from_secs(5), lasting: Duration::from_secs(5) };
    assert_eq!(runs(Kind::Spike, &[SPIKE]), RunPlan::Spike(spike));
    assert_eq!(runs(Kind::Spike, &[STAGES]), RunPlan::Once(Extension::Unlimited));
    let search = CapacitySearch { start_per_s: 20.0, ..CapacitySearch::default() };
    assert_eq!(runs(Kind::Capacity, &[("capacity", "start = 20/s")]), RunPlan::Capacity(search));
}

#[test]
fn a_sweep_begins_at_its_lowest_level_and_goes_on_at_the_others() {
    let sweep = plan(Kind::Load, &[("sweep", "rate = [100/s, 200/s]"), ("duration", "2s")]);
    assert_eq!(arrivals(&sweep).stages, [Stage::steady(100.0, Duration::from_secs(2))]);
    let next = LoadPlan { workload: sweep.workload.clone().at_level(200.0), ..sweep };
    assert_eq!(arrivals(&next).stages, [Stage::steady(200.0, Duration::from_secs(2))]);
}

#[test]
fn a_spike_is_three_named_stages() {
    let spike = plan(Kind::Spike, &[SPIKE]);
    let names: Vec<_> = arrivals(&spike).stages.iter().filter_map(|stage| stage.name.as_deref()).collect();
    assert_eq!(names, ["before", "spike", "after"]);
    assert_eq!(spike.workload.length, RunLength::Duration(Duration::from_secs(30)));
    assert_eq!(settings(&[SPIKE]).stage_names(), names);
}

#[test]
fn a_probe_of_capacity_settles_and_then_measures() {
    let capacity = plan(Kind::Capacity, &[]);
    let workload = &capacity.workload;
    assert_eq!(
        (workload.warmup, workload.length),
        (Warmup::Duration(Duration::from_millis(1_250)), RunLength::Duration(Duration::from_secs(5)))
    );
    assert_eq!(arrivals(&capacity).stages, [Stage::steady(50.0, Duration::from_secs(5))]);
}

#[test]
fn a_share_of_the_capacity_becomes_a_rate_when_the_capacity_is_known() {
    let half = plan(Kind::Load, &[("rate", "50% of capacity"), ("requests", "1_000")]);
    let calibration = half.calibration.clone().unwrap();
    let workload = calibration.resolve(&half.workload, 800.0);
    let resolved = LoadPlan { workload, ..half };
    assert_eq!(arrivals(&resolved).stages, [Stage::steady(400.0, Duration::from_millis(2500))]);
    assert_eq!(plan(Kind::Load, &[("rate", "5/s")]).calibration, None);
}

#[test]
fn contradictions_are_refused() {
    use WorkloadError as E;
    let load = |given: &[(&str, &str)]| refusal(Kind::Load, given);
    let rate = ("rate", "5/s");
    assert_eq!(load(&[("users", "5"), rate]), E::same_question(SettingKey::Users, SettingKey::Rate));
    assert_eq!(load(&[rate, STAGES]), E::same_question(SettingKey::Rate, SettingKey::Stages));
    let stages_and = |reason, setting| E::Excluded { by: SettingKey::Stages, reason, setting };
    let of_stages = |setting| stages_and("lasts as long as its parts", setting);
    assert_eq!(load(&[STAGES, ("duration", "5s")]), of_stages(SettingKey::Duration));
    assert_eq!(load(&[STAGES, ("requests", "5")]), of_stages(SettingKey::Requests));
    let start = stages_and("says how the load begins", SettingKey::RampUp);
    assert_eq!(load(&[STAGES, ("ramp_up", "5s")]), start);
    assert_eq!(
        load(&[("ramp_up", "5s"), ("spawn_rate", "5/s")]),
        E::same_question(SettingKey::RampUp, SettingKey::SpawnRate)
    );
    let pace = E::NoUsers { setting: SettingKey::Pace, open: SettingKey::Rate };
    assert_eq!(load(&[rate, ("pace", "2s")]), pace);
    assert_eq!(load(&[("max_in_flight", "5")]), E::NoArrivals(SettingKey::MaxInFlight));
    assert_eq!(load(&[("stages", "5 for 5s"), ("overflow", "shed")]), E::NoArrivals(SettingKey::Overflow));
    assert_eq!(
        load(&[("repeat", "3"), SPIKE]),
        E::Excluded { by: SettingKey::Spike, reason: "is judged as one run", setting: SettingKey::Repeat }
    );
    assert_eq!(load(&[("capacity", "start = 5/s")]), E::NoSearch);
    assert_eq!(refusal(Kind::Spike, &[rate]), E::NoSurge);
    assert_eq!(refusal(Kind::Benchmark, &[rate]), E::NotForKind { kind: Kind::Benchmark, setting: SettingKey::Rate });
    assert_eq!(
        refusal(Kind::Capacity, &[("users", "5")]),
        E::NotForKind { kind: Kind::Capacity, setting: SettingKey::Users }
    );
}

#[test]
fn scaling_shortens_the_times_of_stages_spikes_and_searches() {
    let spike = plan(Kind::Spike, &[SPIKE]).scaled(0.1);
    let half_a_second = Duration::from_millis(500);
    assert_eq!(spike.runs, RunPlan::Spike(SpikeWindow { at: half_a_second, lasting: half_a_second }));
    assert_eq!(arrivals(&spike).stages[2].over, Duration::from_secs(2));
    let capacity = plan(Kind::Capacity, &[]).scaled(0.1);
    assert!(matches!(capacity.runs, RunPlan::Capacity(search) if search.probe == half_a_second));
    let counted = plan(Kind::Load, &[("rate", "100/s"), ("requests", "250")]).scaled(0.1);
    assert_eq!(counted.workload.length, RunLength::Requests(25));
    assert_eq!(arrivals(&counted).stages, [Stage::steady(100.0, Duration::from_millis(250))]);
}

#[test]
fn scaling_shortens_but_keeps_the_users() {
    let settings =
        Settings { users: Some(100), requests: Some(5000), warmup: Some(Warmup::Requests(500)), ..Settings::default() };
    let workload = settings.resolve(Kind::Load).unwrap().scaled(0.01);
    assert_eq!((workload.users(), workload.length), (100, RunLength::Requests(100)));
    assert_eq!((workload.warmup, workload.ramp_up()), (Warmup::Requests(5), Duration::ZERO));
}

#[test]
fn scaling_beyond_what_a_clock_holds_stops_there() {
    let settings = Settings { ramp_up: Some(Duration::from_secs(1)), ..Settings::default() };
    let workload = settings.resolve(Kind::Load).unwrap();
    let longest = Duration::from_secs(100 * 365 * 24 * 3600);
    for factor in [1e20, 1e300, f64::MAX] {
        assert_eq!(workload.clone().scaled(factor).length, RunLength::Duration(longest));
    }
    assert_eq!(workload.scaled(1e-300).ramp_up(), Duration::from_millis(1));
}

#[test]
fn what_is_not_asked_for_is_plain() {
    let off = Settings {
        http2: Some(false),
        redirects: Some(0),
        cookies: Some(false),
        verify_tls: Some(true),
        ..Settings::default()
    };
    for settings in [Settings::default(), off] {
        assert_eq!(settings.resolve(Kind::Load).unwrap().http, HttpOptions::default());
    }
    assert!(HttpOptions::default().is_plain());
}

#[test]
fn shared_connections_contradict_what_needs_its_own() {
    let connections = Some(Connections::Shared(2));
    let cookies = Settings { connections, cookies: Some(true), ..Settings::default() };
    assert_eq!(cookies.resolve(Kind::Load), Err(WorkloadError::SharedWith(SettingKey::Cookies)));
    let none = Settings { connections, redirects: Some(0), ca: Some("ca.pem".to_owned()), ..Settings::default() };
    assert!(none.resolve(Kind::Load).is_ok());
}

#[test]
fn a_certificate_beside_trust_in_any_has_no_effect() {
    let settings = Settings { ca: Some("ca.pem".to_owned()), verify_tls: Some(false), ..Settings::default() };
    assert_eq!(settings.resolve(Kind::Load), Err(WorkloadError::TrustsAnyCertificate));
}

#[test]
fn servers_take_turns_under_one_steady_load() {
    use WorkloadError as E;
    let refusal = |kind, given: &[(&str, &str)]| settings(given).plan_for(kind, 2).unwrap_err();
    let not_beside = |key: SettingKey| E::NotBesideTurns { setting: key.name(), key };
    assert_eq!(refusal(Kind::Load, &[STAGES]), not_beside(SettingKey::Stages));
    assert_eq!(refusal(Kind::Stress, &[SPIKE]), not_beside(SettingKey::Spike));
    assert_eq!(refusal(Kind::Stress, &[("sweep", "users = [1, 2]")]), not_beside(SettingKey::Sweep));
    assert_eq!(refusal(Kind::Load, &[("repeat", "2")]), not_beside(SettingKey::Repeat));
    assert_eq!(refusal(Kind::Load, &[("ramp_up", "2s")]), not_beside(SettingKey::RampUp));
    assert_eq!(refusal(Kind::Load, &[("spawn_rate", "2/s")]), not_beside(SettingKey::SpawnRate));
    let share = E::NotBesideTurns { setting: "rate = … of capacity", key: SettingKey::Rate };
    assert_eq!(refusal(Kind::Load, &[("rate", "50% of capacity")]), share);
    assert_eq!(refusal(Kind::Capacity, &[]), E::KindWithoutTurns(Kind::Capacity));
    assert_eq!(refusal(Kind::Spike, &[SPIKE]), E::KindWithoutTurns(Kind::Spike));
    for kind in [Kind::Load, Kind::Stress, Kind::Soak, Kind::Benchmark] {
        assert!(settings(&[]).plan_for(kind, 2).is_ok(), "{kind}");
    }
    for given in [[("rate", "50/s")], [("ramp_up", "0s")], [("repeat", "1")], [("warmup", "2s")]] {
        assert!(settings(&given).plan_for(Kind::Load, 2).is_ok(), "{given:?}");
    }
    assert!(settings(&[STAGES]).plan_for(Kind::Load, 1).is_ok() && settings(&[STAGES]).plan_for(Kind::Load, 0).is_ok());
}

#[test]
fn every_user_of_every_server_must_get_a_request() {
    let counted = settings(&[("users", "20"), ("requests", "50")]);
    assert!(counted.plan_for(Kind::Load, 2).is_ok());
    let few = WorkloadError::FewerRequestsThanUsersOfEach { requests: 50, servers: 3, users: 20 };
    assert_eq!(counted.plan_for(Kind::Load, 3).unwrap_err(), few);
    let users = |servers| settings(&[("requests", "12")]).plan_for(Kind::Load, servers).unwrap().workload.users();
    assert_eq!((users(0), users(1), users(2), users(100)), (10, 10, 6, 1));
}

#[test]
fn servers_take_turns_each_second_unless_another_order_is_given() {
    assert_eq!(plan(Kind::Load, &[]).order, ArmOrder::Interleaved);
    assert_eq!(plan(Kind::Load, &[("order", "one_after_the_other")]).order, ArmOrder::OneAfterTheOther);
    assert!(matches!(refusal(Kind::Spike, &[SPIKE, ("order", "interleaved")]), WorkloadError::NotForKind { .. }));
}
