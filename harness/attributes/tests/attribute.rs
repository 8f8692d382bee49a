//! `#[perf]` from the author's side: what the registry records, and which message a mistake gets.

#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

use std::process::ExitCode;
use std::time::Duration;

use proofload::__internals::kind::Kind;
use proofload::__internals::registry::{TestCase, tests};
use proofload::__internals::settings::LevelUnit;
use proofload::__internals::threshold::{Subject, Threshold};
use proofload::__internals::workload::{
    ArmOrder, CapacitySearch, Connections, HttpOptions, Overflow, Rate, RunLength, RunPlan, Spacing, Warmup,
};
use proofload_testing::specification;

#[path = "attribute/pass/every_spelling.rs"]
mod every_spelling;

fn main() -> ExitCode {
    specification::run(specification![
        tests_are_recorded_in_the_order_of_the_source_under_their_names,
        every_setting_is_recorded,
        every_metric_is_recorded_as_it_reads,
        thresholds_on_values_are_recorded,
        constants_stand_for_numbers_and_times,
        a_case_is_the_test_under_settings_and_thresholds_of_its_own,
        how_users_share_connections_is_recorded,
        what_is_asked_of_http_is_recorded,
        an_open_workload_is_recorded,
        stages_are_recorded_with_their_names_and_a_threshold_may_ask_for_one,
        what_a_test_makes_of_its_load_is_recorded,
        what_is_compared_is_recorded,
        what_is_needed_is_recorded,
        classes_of_users_are_recorded_and_thresholds_may_name_one,
        ignore_overrides_the_default_of_the_kind,
        the_place_is_that_of_the_functions_name_and_the_documentation_its_first_paragraph,
        the_fixtures_of_the_parameters_are_needed,
        every_mistake_is_reported_at_once_on_its_own_tokens,
    ])
}

fn test(name: &str) -> TestCase {
    let found = tests()
        .expect("the declarations are right")
        .into_iter()
        .find(|test| test.name == format!("every_spelling::{name}"));
    found.unwrap_or_else(|| panic!("no test is called {name}"))
}

fn thresholds(test: &TestCase) -> Vec<String> {
    test.thresholds.iter().map(ToString::to_string).collect()
}

fn tests_are_recorded_in_the_order_of_the_source_under_their_names() {
    let names: Vec<String> = tests().unwrap().into_iter().map(|test| test.name).collect();
    assert_eq!(
        names,
        [
            "every_spelling::the_health_page",
            "every_spelling::config",
            "every_spelling::multiplied::users_10",
            "every_spelling::multiplied::users_7",
            "every_spelling::cases::users_100",
            "every_spelling::cases::users_200_duration_30s",
            "every_spelling::cases::rush_hour",
            "every_spelling::by_a_macro",
            "every_spelling::Type",
            "every_spelling::with_a_fixture",
            "every_spelling::open::rate_3000_per_s",
            "every_spelling::open::rate_1_per_s",
            "every_spelling::ramp",
            "every_spelling::shapes::users",
            "every_spelling::shapes::sweep",
            "every_spelling::shapes::rates",
            "every_spelling::shapes::users_50_spawn_rate_5_per_s",
            "every_spelling::shapes::half",
            "every_spelling::shapes::overflow_queue_rate_5_per_s",
            "every_spelling::shapes::overflow_shed_rate_5_per_s",
            "every_spelling::surge",
            "every_spelling::most",
            "every_spelling::connections::connections_per_user",
            "every_spelling::connections::connections_per_request",
            "every_spelling::connections::connections_shared_8",
            "every_spelling::connections::connections_shared_1000",
            "every_spelling::options::verified",
            "every_spelling::options::in_version_http2_true",
            "every_spelling::options::in_version_http2_false",
            "every_spelling::long",
            "every_spelling::compared::in_turn",
            "every_spelling::stored",
            "every_spelling::values::users_5",
            "every_spelling::values_elsewhere",
            "every_spelling::mixed::patient",
            "every_spelling::mixed::strict",
            "every_spelling::inner::health",
            "every_spelling::needing::under_another_name",
            "every_spelling::needing::above",
        ]
    );
}

fn every_setting_is_recorded() {
    let health = test("the_health_page");
    assert_eq!(health.settings.users, Some(100));
    assert_eq!(health.settings.length(), Some(RunLength::Requests(5000)));
    assert_eq!(health.settings.warmup, Some(Warmup::Requests(500)));
    assert_eq!(health.settings.ramp_up, Some(Duration::from_secs(90)));
    assert_eq!(health.settings.timeout, Some(Duration::from_millis(500)));
    assert_eq!(health.settings.seed, Some(42));
    assert_eq!(health.markers, ["slow", "smoke"]);
    assert_eq!(health.decl.kind, Kind::Load);
}

fn every_metric_is_recorded_as_it_reads() {
    assert_eq!(
        thresholds(&test("the_health_page")),
        [
            "success_rate >= 99.9%",
            "error_rate <= 1%",
            "throughput > 1000/min",
            "requests >= 100",
            "failed < 10",
            "min < 100us",
            "mean < 1s",
            "median < 500ms",
            "max <= 1h30m",
            "stddev < 20ms",
            "p95 < 800ms",
            "p99.9 <= 1.5s",
        ]
    );
    let of_endpoints = thresholds(&test("config"));
    assert_eq!(
        of_endpoints,
        [
            "p95(\"GET /config\") < 800ms",
            "p99.95(\"GET /a \\\"quoted\\\" <name>\") < 2s",
            "success_rate(\"GET /config\") == 100%",
            "success_rate >= 100%",
        ]
    );
}

fn thresholds_on_values_are_recorded() {
    assert_eq!(
        thresholds(&test("values::users_5")),
        [
            "mean(value \"drift\") < 0.25",
            "median(value \"confidence\") > 0.6",
            "p99.9(value \"a \\\"quoted\\\" size\") <= 1000",
            "min(value \"drift\") >= -0.5",
            "total(value \"cache hits\") == 100",
            "success_rate >= 99%",
        ]
    );
    assert_eq!(thresholds(&test("values_elsewhere"))[0], "median(value \"size\") > 0.6");
}

fn constants_stand_for_numbers_and_times() {
    let config = test("config");
    assert_eq!(config.settings.warmup, Some(Warmup::Duration(Duration::from_millis(2500))));
    assert_eq!(config.settings.timeout, Some(Duration::from_millis(2500)));
    assert_eq!(config.settings.length(), Some(RunLength::Duration(Duration::from_secs(2))));
    assert_eq!(test("inner::health").settings.users, Some(7));
}

fn a_case_is_the_test_under_settings_and_thresholds_of_its_own() {
    let crowded = test("cases::users_200_duration_30s");
    assert_eq!(crowded.settings.users, Some(200));
    assert_eq!(crowded.settings.length(), Some(RunLength::Duration(Duration::from_secs(30))));
    assert_eq!(thresholds(&crowded), ["p95 < 2s", "success_rate >= 90%"]);
    assert_eq!(thresholds(&test("cases::users_100")), ["success_rate > 99%", "p95 < 1s"]);
    assert_eq!(test("cases::rush_hour").settings.length(), Some(RunLength::Requests(5000)));
}

fn how_users_share_connections_is_recorded() {
    let of = |case: &str| test(&format!("connections::connections_{case}")).settings.connections;
    assert_eq!(of("per_user"), Some(Connections::PerUser));
    assert_eq!(of("per_request"), Some(Connections::PerRequest));
    assert_eq!((of("shared_8"), of("shared_1000")), (Some(Connections::Shared(8)), Some(Connections::Shared(1_000))));
}

fn what_is_asked_of_http_is_recorded() {
    let http = test("options::verified").settings.resolve(Kind::Load).unwrap().http;
    let text = |text: &str| Some(text.to_owned());
    let (proxy, ca) = (text("http://127.0.0.1:3128"), text("ca.pem"));
    let asked = HttpOptions {
        http2: true,
        redirects: 5,
        cookies: true,
        decompresses: false,
        proxy,
        ca,
        trusts_any_certificate: false,
    };
    assert_eq!(http, asked);
}

fn an_open_workload_is_recorded() {
    let open = test("open::rate_3000_per_s");
    let settings = &open.settings;
    assert_eq!((settings.rate, settings.max_in_flight), (Some(Rate::PerSecond(3000.0)), Some(800)));
    assert_eq!((settings.overflow, settings.arrivals), (Some(Overflow::Shed), Some(Spacing::Poisson)));
    assert_eq!(settings.plan(Kind::Load).unwrap().runs, RunPlan::Repeat(3));
    assert_eq!(
        thresholds(&open),
        [
            "server_cpu < 150%",
            "server_rss < 200MiB",
            "server_rss_growth < 1MiB/min",
            "cpu_per_request < 2ms",
            "peak_throughput > 100/s",
            "success_rate >= 99%",
        ]
    );
}

fn stages_are_recorded_with_their_names_and_a_threshold_may_ask_for_one() {
    let ramp = test("ramp");
    let stages = ramp.settings.stages.as_ref().unwrap();
    assert_eq!((stages.unit, stages.peak(), stages.stages.len()), (LevelUnit::PerSecond, 500.0, 3));
    assert_eq!(stages.names().collect::<Vec<_>>(), ["warm", "peak"]);
    assert_eq!(stages.length(), Duration::from_millis(90_500));
    assert_eq!(ramp.thresholds[0].subject, Subject::Stage("peak".to_owned()));
    let (stage, endpoint) = ("peak".to_owned(), "GET /config".to_owned());
    assert_eq!(ramp.thresholds[1].subject, Subject::StageEndpoint { stage, endpoint });
    let users = test("shapes::users").settings;
    assert_eq!((users.stages.unwrap().unit, users.pace), (LevelUnit::Users, Some(Duration::from_secs(2))));
}

fn what_a_test_makes_of_its_load_is_recorded() {
    let runs = |name, kind| test(name).settings.plan(kind).unwrap().runs;
    assert_eq!(runs("shapes::sweep", Kind::Stress), RunPlan::Sweep(vec![1.0, 2.0, 5.0]));
    assert_eq!(runs("shapes::rates", Kind::Stress), RunPlan::Sweep(vec![100.0, 200.0]));
    assert!(matches!(runs("surge", Kind::Spike), RunPlan::Spike(_)));
    assert_eq!(thresholds(&test("surge"))[2], "degradation <= 150%");
    assert_eq!(runs("most", Kind::Capacity), RunPlan::Capacity(CapacitySearch::default()));
    assert_eq!(thresholds(&test("most")), ["capacity >= 800/s", "success_rate >= 99%"]);
    assert_eq!(thresholds(&test("long")), [""; 0], "a soak is judged on its leaks");
    assert_eq!(test("long").settings.pace, Some(Duration::from_millis(2500)));
    let half = test("shapes::half").settings.plan(Kind::Stress).unwrap().calibration.unwrap();
    assert_eq!((half.share, half.search.start_per_s), (0.5, 20.0));
    assert_eq!(test("shapes::users_50_spawn_rate_5_per_s").settings.spawn_rate, Some(5.0));
}

fn what_is_compared_is_recorded() {
    let compared = test("compared::in_turn");
    let arms: Vec<(&str, &str)> = compared.decl.arms.iter().map(|arm| (arm.name, arm.fixture.name)).collect();
    assert_eq!(arms, [("greeting", "greeting"), ("farewell", "farewell")]);
    let needs: Vec<&str> = compared.decl.needs.iter().map(|fixture| fixture.name).collect();
    assert_eq!(needs, ["greeting", "farewell"], "no fixture is called `text`");
    assert_eq!(compared.settings.order, Some(ArmOrder::Interleaved));
    assert_eq!(
        thresholds(&compared),
        [
            "p95 <= 90% of \"farewell\"",
            "cpu_per_request <= 105.5% of \"greeting\"",
            "p95(\"farewell\") < 800ms",
            "p95 <= 50% of \"greeting\"",
            "throughput >= 95% of \"greeting\"",
            "p99(\"farewell: GET /\") < 200% of \"greeting\"",
            "success_rate >= 99%",
        ]
    );
    assert_eq!(
        thresholds(&test("stored")),
        [
            "p95 <= 110% of baseline",
            "success_rate >= 99.9% of baseline",
            "mean < 1s",
            "mean < 200% of baseline",
            "success_rate >= 100%",
        ]
    );
}

fn what_is_needed_is_recorded() {
    let needs = test("needing::above").needs;
    let expected = ["needing::under_another_name", "inner::health", "by_a_macro"];
    assert_eq!(needs, expected.map(|name| format!("every_spelling::{name}")));
}

fn classes_of_users_are_recorded_and_thresholds_may_name_one() {
    let patient = test("mixed::patient");
    let mix = patient.decl.mix();
    let classes: Vec<(&str, u32)> = mix.classes().iter().map(|class| (class.name.as_str(), class.weight)).collect();
    assert_eq!(classes, [("everyday", 7), ("busy", 2), ("match", 1_000)]);
    assert_eq!((patient.decl.doc, patient.decl.needs.len()), ("Three kinds of people.", 1));
    assert_eq!(
        thresholds(&patient),
        [
            "p95(\"everyday\") < 2s",
            "p95(\"busy\", \"GET /a, b\") < 1s",
            "mean(\"match\", \"iteration\") < 2s",
            "p95(\"everyone\") < 3s",
            "success_rate >= 99%",
        ]
    );
    let class = |threshold: &Threshold| threshold.subject.class().map(str::to_owned);
    let classes: Vec<Option<String>> = patient.thresholds.iter().map(class).collect();
    assert_eq!(
        classes,
        [Some("everyday"), Some("busy"), Some("match"), None, None].map(|name| name.map(str::to_owned))
    );
    assert_eq!(thresholds(&test("mixed::strict"))[0], "success_rate(\"busy\") >= 100%");
}

fn ignore_overrides_the_default_of_the_kind() {
    assert_eq!(test("config").ignored.as_deref(), Some("needs a quiet machine"));
    assert_eq!(test("multiplied::users_10").ignored, None);
    assert_eq!(test("Type").ignored.as_deref(), Some("ignored in its attribute"));
    assert!(test("cases::users_100").ignored.unwrap().contains("--include-ignored"));
}

fn the_place_is_that_of_the_functions_name_and_the_documentation_its_first_paragraph() {
    let decl = test("the_health_page").decl;
    let source = include_str!("attribute/pass/every_spelling.rs");
    let line = source.lines().position(|line| line.starts_with("async fn health")).unwrap() + 1;
    assert_eq!(decl.place.line as usize, line);
    assert!(decl.place.file.ends_with("every_spelling.rs"), "{}", decl.place.file);
    assert_eq!(decl.doc, "The dashboard polls this from every open browser tab.");
    assert_eq!(decl.package, env!("CARGO_PKG_NAME"));
    assert_eq!(decl.manifest_dir, env!("CARGO_MANIFEST_DIR"));
}

fn the_fixtures_of_the_parameters_are_needed() {
    let needs: Vec<&str> = test("with_a_fixture").decl.needs.iter().map(|fixture| fixture.name).collect();
    assert_eq!(needs, ["greeting"]);
    assert!(test("config").decl.needs.is_empty());
}

/// Slow, because each file is a crate; hence few files with many mistakes, which is what the attribute is good at.
fn every_mistake_is_reported_at_once_on_its_own_tokens() {
    trybuild::TestCases::new().compile_fail("tests/attribute/fail/*.rs");
}
