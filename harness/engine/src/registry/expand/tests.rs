use std::time::Duration;

use super::*;
use crate::fixture::{CrateBuild, FixtureDecl, Instances, Scope, Travel};
use crate::registry::{ArmDecl, Identity, NeededTest, Place, identity};
use crate::workload::RunLength;

fn decl(function: &'static str, line: u32) -> TestDecl {
    TestDecl {
        function,
        ident: function,
        identity: identity(()),
        module_path: "perf::agent",
        place: Place { file: "tests/perf/agent.rs", line, column: 1 },
        manifest_dir: "",
        package: "",
        built: CrateBuild { package: "", opt_level: None },
        doc: "",
        kind: Kind::Load,
        markers: &[],
        ignore: None,
        never_ignored: false,
        settings: &[],
        thresholds: &[],
        cases: &[],
        needs: &[],
        needed_tests: &[],
        arms: &[],
        classes: &[],
        offer: |_, _, _, _, _| unreachable!("the registry offers no load"),
    }
}

fn expanded(decls: Vec<TestDecl>) -> Result<Vec<TestCase>, RegistryError> {
    expand(decls.into_iter().map(|decl| &*Box::leak(Box::new(decl))).collect())
}

fn names(decls: Vec<TestDecl>) -> Vec<String> {
    expanded(decls).unwrap().into_iter().map(|test| test.name).collect()
}

fn only(decl: TestDecl) -> TestCase {
    let mut tests = expanded(vec![decl]).unwrap();
    assert_eq!(tests.len(), 1);
    tests.remove(0)
}

fn threshold_texts(test: &TestCase) -> Vec<String> {
    test.thresholds.iter().map(Threshold::to_string).collect()
}

const USERS: SettingDecl = SettingDecl { key: SettingKey::Users, values: &[Written::Text("1_00")] };
const TEN_AND_FIFTY: SettingDecl =
    SettingDecl { key: SettingKey::Users, values: &[Written::Text("10"), Written::Text("50")] };
const REQUESTS: SettingDecl = SettingDecl { key: SettingKey::Requests, values: &[Written::Count(500)] };
const TWO_LENGTHS_OF_REQUESTS: SettingDecl =
    SettingDecl { key: SettingKey::Requests, values: &[Written::Count(500), Written::Count(900)] };
const DURATION: SettingDecl =
    SettingDecl { key: SettingKey::Duration, values: &[Written::Duration(Duration::from_secs(30))] };

const fn case(name: Option<&'static str>, settings: &'static [SettingDecl]) -> CaseDecl {
    CaseDecl { name, settings, thresholds: &[] }
}

#[test]
fn tests_are_in_the_order_of_the_source_and_not_in_that_of_the_linker() {
    assert_eq!(names(vec![decl("late", 90), decl("early", 9)]), ["agent::early", "agent::late"]);
}

#[test]
fn a_single_value_is_not_part_of_the_name() {
    let test = only(TestDecl { settings: &[USERS], ..decl("health", 1) });
    assert_eq!(test.name, "agent::health");
    assert_eq!(test.settings.users, Some(100));
}

#[test]
fn arrays_multiply_the_test() {
    let multiplied = TestDecl { settings: &[TEN_AND_FIFTY, TWO_LENGTHS_OF_REQUESTS], ..decl("health", 1) };
    assert_eq!(
        names(vec![multiplied]),
        [
            "agent::health::users_10_requests_500",
            "agent::health::users_10_requests_900",
            "agent::health::users_50_requests_500",
            "agent::health::users_50_requests_900",
        ]
    );
}

#[test]
fn a_case_is_called_by_all_its_settings_or_by_its_name() {
    const CASES: &[CaseDecl] =
        &[case(None, &[USERS, REQUESTS]), case(Some("rush hour"), &[USERS]), case(None, &[DURATION])];
    let test = TestDecl { cases: CASES, ..decl("mixed", 1) };
    assert_eq!(
        names(vec![test]),
        ["agent::mixed::users_100_requests_500", "agent::mixed::rush_hour", "agent::mixed::duration_30s"]
    );
}

#[test]
fn what_multiplies_a_named_case_is_added_to_its_name() {
    const CASES: &[CaseDecl] = &[case(Some("rush"), &[TEN_AND_FIFTY])];
    let test = TestDecl { cases: CASES, ..decl("mixed", 1) };
    assert_eq!(names(vec![test]), ["agent::mixed::rush_users_10", "agent::mixed::rush_users_50"]);
}

#[test]
fn a_case_replaces_the_settings_of_the_test() {
    const CASES: &[CaseDecl] = &[case(None, &[DURATION])];
    // A duration replaces the test's requests, and so they multiply nothing.
    let test = only(TestDecl { cases: CASES, settings: &[USERS, TWO_LENGTHS_OF_REQUESTS], ..decl("mixed", 1) });
    assert_eq!(test.settings.users, Some(100));
    assert_eq!(test.settings.length(), Some(RunLength::Duration(Duration::from_secs(30))));
}

#[test]
fn a_case_replaces_the_thresholds_on_the_same_figure_only() {
    const CASES: &[CaseDecl] =
        &[CaseDecl { name: None, settings: &[USERS], thresholds: &["p95 < 2s", "success_rate > 90%"] }];
    const OF_TEST: &[&str] = &["p95 < 1s", "p95(\"GET /\") < 1s", "success_rate >= 100%", "mean < 1s"];
    let test = only(TestDecl { cases: CASES, thresholds: OF_TEST, ..decl("mixed", 1) });
    assert_eq!(threshold_texts(&test), ["p95 < 2s", "success_rate > 90%", "p95(\"GET /\") < 1s", "mean < 1s"]);
}

#[test]
fn the_default_threshold_of_the_kind_applies_unless_the_whole_test_is_bounded() {
    let with = |thresholds| threshold_texts(&only(TestDecl { thresholds, ..decl("health", 1) }));
    assert_eq!(with(&["mean < 1s"]), ["mean < 1s", "success_rate >= 99%"]);
    assert_eq!(with(&["success_rate > 50%"]), ["success_rate > 50%"]);
    assert_eq!(with(&["error_rate < 5%"]), ["error_rate < 5%"]);
    assert_eq!(with(&["failed == 0"]), ["failed == 0"]);
    assert_eq!(
        with(&["success_rate(\"GET /\") > 50%"]),
        ["success_rate(\"GET /\") > 50%", "success_rate >= 99%"],
        "one endpoint says nothing about the others"
    );
}

#[test]
fn kinds_that_do_not_run_by_default_say_how_to_run_them() {
    let ignored = |kind, ignore, never_ignored| only(TestDecl { kind, ignore, never_ignored, ..decl("x", 1) }).ignored;
    assert_eq!(ignored(Kind::Load, None, false), None);
    assert_eq!(ignored(Kind::Stress, None, false).as_deref(), Some("stress tests run only with --include-ignored"));
    assert_eq!(ignored(Kind::Stress, None, true), None);
    assert_eq!(ignored(Kind::Load, Some(Some("flaky disk")), false).as_deref(), Some("flaky disk"));
    assert_eq!(ignored(Kind::Load, Some(None), false).as_deref(), Some("ignored in its attribute"));
}

#[test]
fn two_tests_of_one_name_are_refused_with_both_places() {
    let error = expanded(vec![decl("health", 31), decl("config", 20), decl("health", 7)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "two tests are called `agent::health`: one at tests/perf/agent.rs:7, one at tests/perf/agent.rs:31; \
         rename one of them, or give it a `name = \"…\"`"
    );
}

#[test]
fn two_cases_of_one_name_are_refused_too() {
    const CASES: &[CaseDecl] = &[case(Some("rush hour"), &[USERS]), case(Some("rush-hour"), &[REQUESTS])];
    let error = expanded(vec![TestDecl { cases: CASES, ..decl("mixed", 7) }]).unwrap_err();
    assert!(error.to_string().starts_with("two tests are called `agent::mixed::rush_hour`"), "{error}");
}

#[test]
fn a_constant_is_checked_as_a_literal_is_and_all_mistakes_are_reported() {
    const NONE: SettingDecl = SettingDecl { key: SettingKey::Users, values: &[Written::Count(0)] };
    const NO_TIME: SettingDecl = SettingDecl { key: SettingKey::Timeout, values: &[Written::Duration(Duration::ZERO)] };
    let decls = vec![TestDecl { settings: &[NONE], ..decl("a", 1) }, TestDecl { settings: &[NO_TIME], ..decl("b", 2) }];
    assert_eq!(
        expanded(decls).unwrap_err().to_string(),
        "tests/perf/agent.rs:1: `users` expects a whole number of at least 1, such as `100`, not `0`\n\
         tests/perf/agent.rs:2: `timeout` expects a time above zero, such as `30s`, not `0s`"
    );
}

#[test]
fn constants_that_contradict_each_other_are_refused() {
    const TEN: SettingDecl = SettingDecl { key: SettingKey::Users, values: &[Written::Count(10)] };
    let error = expanded(vec![TestDecl { kind: Kind::Benchmark, settings: &[TEN], ..decl("a", 1) }]).unwrap_err();
    assert!(error.to_string().starts_with("tests/perf/agent.rs:1: a benchmark runs one user alone"), "{error}");
}

#[test]
fn a_case_with_a_rate_replaces_the_users_of_the_test_and_what_belongs_to_them() {
    const RATES: SettingDecl =
        SettingDecl { key: SettingKey::Rate, values: &[Written::Text("100/s"), Written::Text("50% of capacity")] };
    const RAMP_UP: SettingDecl = SettingDecl { key: SettingKey::RampUp, values: &[Written::Text("5s")] };
    const CASES: &[CaseDecl] = &[case(None, &[RATES])];
    let decls = vec![TestDecl { cases: CASES, settings: &[TEN_AND_FIFTY, RAMP_UP], ..decl("mixed", 1) }];
    let tests = expanded(decls).unwrap();
    let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
    assert_eq!(names, ["agent::mixed::rate_100_per_s", "agent::mixed::rate_50_percent_of_capacity"]);
    assert_eq!((tests[0].settings.users, tests[0].settings.ramp_up), (None, None));
}

#[test]
fn a_capacity_test_looks_for_the_rate_at_which_its_default_threshold_holds() {
    let test = only(TestDecl { kind: Kind::Capacity, thresholds: &["capacity >= 800/s"], ..decl("most", 1) });
    assert_eq!(threshold_texts(&test), ["capacity >= 800/s", "success_rate >= 99%"]);
    let soak = only(TestDecl { kind: Kind::Soak, ..decl("long", 1) });
    assert_eq!(threshold_texts(&soak), [""; 0]);
}

static OLD: FixtureDecl = FixtureDecl {
    name: "old",
    module_path: "perf::agent",
    file: "tests/perf/agent.rs",
    line: 1,
    built: CrateBuild { package: "", opt_level: None },
    scope: Scope::Session,
    set_up_timeout: None,
    doc: "",
    needs: &[],
    value_type: std::any::TypeId::of::<()>,
    value_type_name: std::any::type_name::<()>,
    instances: Instances::PerUser,
    travel: Travel::Never,
};
static NEW: FixtureDecl = FixtureDecl { name: "new", ..OLD };

const fn arm(name: &'static str, fixture: &'static FixtureDecl) -> ArmDecl {
    ArmDecl { name, fixture }
}

#[test]
fn a_fixture_under_two_names_is_not_compared_with_itself() {
    const OTHERS: &[ArmDecl] = &[arm("old", &OLD), arm("new", &NEW)];
    const SAME: &[ArmDecl] = &[arm("old", &OLD), arm("new", &NEW), arm("newest", &OLD)];
    assert!(expanded(vec![TestDecl { arms: OTHERS, ..decl("a", 1) }]).is_ok());
    let error = expanded(vec![TestDecl { arms: SAME, ..decl("a", 1) }]).unwrap_err().to_string();
    assert!(error.starts_with("tests/perf/agent.rs:1: `old` and `newest` are one fixture"), "{error}");
}

#[test]
fn constants_that_contradict_a_comparison_are_refused() {
    const ARMS: &[ArmDecl] = &[arm("old", &OLD), arm("new", &NEW)];
    const THREE: SettingDecl = SettingDecl { key: SettingKey::Repeat, values: &[Written::Count(3)] };
    let error = expanded(vec![TestDecl { arms: ARMS, settings: &[THREE], ..decl("a", 1) }]).unwrap_err().to_string();
    assert!(
        error.ends_with("servers are compared under one steady load, so `repeat` contradicts it: drop `repeat`"),
        "{error}"
    );
}

#[test]
fn a_share_of_another_figure_bounds_something_else_than_a_limit_that_is_written_out() {
    const CASES: &[CaseDecl] =
        &[CaseDecl { name: None, settings: &[USERS], thresholds: &["p95 < 2s", "mean <= 90% of baseline"] }];
    const OF_TEST: &[&str] = &["p95 < 1s", "p95 <= 110% of baseline", "mean <= 110% of baseline", "mean < 1s"];
    let test = only(TestDecl { cases: CASES, thresholds: OF_TEST, ..decl("mixed", 1) });
    let expected =
        ["p95 < 2s", "mean <= 90% of baseline", "p95 <= 110% of baseline", "mean < 1s", "success_rate >= 99%"];
    assert_eq!(threshold_texts(&test), expected);
    const RATE: &[&str] = &["success_rate >= 99% of baseline"];
    let test = only(TestDecl { thresholds: RATE, ..decl("rate", 1) });
    assert_eq!(threshold_texts(&test), ["success_rate >= 99% of baseline", "success_rate >= 99%"]);
}

const fn needed(written: &'static str, identity: Identity) -> NeededTest {
    NeededTest { written, identity }
}

#[test]
fn what_a_test_needs_comes_before_it_and_otherwise_the_order_is_that_of_the_source() {
    const CASES: &[CaseDecl] = &[case(Some("one"), &[USERS]), case(Some("two"), &[USERS])];
    let (load, check, deep, last) = (identity(1_u8), identity(1_u16), identity(1_u32), identity(1_u64));
    let with = |needs: &[NeededTest], identity, function, line| TestDecl {
        needed_tests: Vec::leak(needs.to_vec()),
        identity,
        ..decl(function, line)
    };
    let tests = expanded(vec![
        with(&[needed("check", check)], load, "load", 1),
        with(&[], last, "last", 2),
        TestDecl { cases: CASES, ..with(&[needed("deep", deep)], check, "check", 3) },
        with(&[], deep, "deep", 4),
    ]);
    let tests = tests.unwrap();
    let found: Vec<(&str, Vec<&str>)> =
        tests.iter().map(|test| (&*test.name, test.needs.iter().map(String::as_str).collect())).collect();
    let expected = [
        ("agent::deep", vec![]),
        ("agent::check::one", vec!["agent::deep"]),
        ("agent::check::two", vec!["agent::deep"]),
        ("agent::load", vec!["agent::check::one", "agent::check::two"]),
        ("agent::last", vec![]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn tests_that_need_each_other_or_no_test_are_refused_with_their_names() {
    let (a, b, c) = (identity(1_u8), identity(1_u16), identity(1_u32));
    let with = |needs: &[NeededTest], identity, function, line| TestDecl {
        needed_tests: Vec::leak(needs.to_vec()),
        identity,
        ..decl(function, line)
    };
    let tests = vec![
        with(&[needed("b", b)], a, "a", 1),
        with(&[needed("c", c), needed("helper", identity(1_u64))], b, "b", 2),
        with(&[needed("b", b)], c, "c", 3),
    ];
    let text = expanded(tests).unwrap_err().to_string();
    let expected = "tests/perf/agent.rs:2: tests need each other: agent::b -> agent::c -> agent::b. None of them can \
                    run first: remove a test from `needs` of one of them\n\
                    tests/perf/agent.rs:2: `needs = [helper]`: `helper` is no test of this binary; put `#[perf]` on \
                    that function, or name one that has it";
    assert_eq!(text, expected);
    let itself = vec![with(&[needed("a", a)], a, "a", 1)];
    assert!(expanded(itself).unwrap_err().to_string().contains("agent::a -> agent::a."));
}
