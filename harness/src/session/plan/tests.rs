use std::ffi::OsString;
use std::path::Path;

use super::*;
use crate::cli::CliCommand;
use crate::fixture::{CrateBuild, InvalidFixture};
use crate::registry::{ArmDecl, Place, SettingDecl, Written, expand, identity};
use crate::settings::SettingKey;
use crate::workload::{ArmOrder, LoadModel, RunPlan};

/// A test of `kind` with one setting, under the arguments of a command line and a file.
fn planned(kind: Kind, key: SettingKey, text: &'static str, line: &[&str], file: &str) -> PlannedTest {
    try_planned(kind, key, text, line, file).unwrap()
}

fn try_planned(
    kind: Kind,
    key: SettingKey,
    text: &'static str,
    line: &[&str],
    file: &str,
) -> Result<PlannedTest, PlanError> {
    let settings = Vec::leak(vec![SettingDecl { key, values: Vec::leak(vec![Written::Text(text)]) }]);
    let decl = TestDecl {
        function: "health",
        ident: "health",
        identity: identity(()),
        module_path: "perf::agent",
        place: Place { file: "tests/perf/agent.rs", line: 1, column: 1 },
        manifest_dir: "",
        package: "",
        built: CrateBuild { package: "", opt_level: None },
        doc: "",
        kind,
        markers: &[],
        ignore: None,
        never_ignored: false,
        settings,
        thresholds: &[],
        cases: &[],
        needs: &[],
        needed_tests: &[],
        arms: &[],
        classes: &[],
        offer: |_, _, _, _, _| unreachable!("planning offers no load"),
    };
    plan(expand(vec![Box::leak(Box::new(decl))]).unwrap(), &options(line, file), None)
        .map(|mut planned| planned.remove(0))
}

fn options(line: &[&str], file: &str) -> Options {
    let arguments = std::iter::once("perf").chain(line.iter().copied()).map(OsString::from);
    let file = Some((Path::new("/shop/proofload.toml"), file));
    match crate::cli::read(arguments, [], file) {
        Ok(CliCommand::Run(options)) => *options,
        _ => panic!("{line:?}"),
    }
}

#[test]
fn a_test_that_compares_servers_has_one_steady_load_whatever_the_command_line_says() {
    let arm = |name| ArmDecl { name, fixture: InvalidFixture.decl() };
    let plain = planned(Kind::Load, SettingKey::Seed, "1", &[], "").decl;
    let compared = |line: &[&str], file| {
        let mut tests = expand(vec![plain]).unwrap();
        let arms = Vec::leak(vec![arm("old"), arm("new")]);
        tests[0].decl = Box::leak(Box::new(TestDecl { arms, ..*plain }));
        plan(tests, &options(line, file), None).map(|mut planned| planned.remove(0))
    };
    let refusal = compared(&["--ramp-up", "5s"], "").unwrap_err();
    assert!(refusal.to_string().starts_with("agent::health: servers are compared under one steady load, so `ramp_up`"));
    assert_eq!(refusal.exit_code(), 2);
    assert!(compared(&["--users", "20", "--requests", "30"], "").is_err(), "15 requests for 20 users of each");
    let ordered = compared(&["--order", "one_after_the_other"], "ramp_up = '5s'\nrepeat = 3").unwrap();
    assert_eq!((ordered.test.order, &ordered.test.runs), (ArmOrder::OneAfterTheOther, &RunPlan::default()));
}

#[test]
fn a_planned_test_carries_its_runs_and_a_rate_that_is_not_known_yet() {
    let sweep = planned(Kind::Load, SettingKey::Sweep, "users = [2, 4]", &["--duration", "1s"], "").test;
    assert_eq!((sweep.runs.clone(), sweep.workload.users()), (RunPlan::Sweep(vec![2.0, 4.0]), 2));
    let half = planned(Kind::Load, SettingKey::Rate, "50% of capacity", &[], "").test;
    let share = half.capacity_share.as_ref().map(|share| share.calibration.share);
    assert_eq!((half.runs.clone(), share), (RunPlan::default(), Some(0.5)));
}

#[test]
fn what_no_transport_of_this_build_can_do_is_refused_before_the_run_unless_the_test_is_left_out() {
    let planned = |line: &[&str]| try_planned(Kind::Load, SettingKey::Proxy, "http://in valid", line, "");
    let refusal = planned(&[]).unwrap_err();
    assert!(refusal.to_string().starts_with("agent::health: `proxy = \"http://in valid\"`: "), "{refusal}");
    assert_eq!(refusal.exit_code(), 2);
    assert!(planned(&["nothing_is_called_so"]).is_ok());
}

#[test]
fn a_profile_and_a_scale_change_what_is_planned() {
    let file = "[profile.smoke]\nrate = '4/s'\nduration = '20s'";
    let line = ["--profile", "smoke", "--scale", "0.1"];
    let test = planned(Kind::Load, SettingKey::Rate, "100/s", &line, file).test;
    let LoadModel::Open(arrivals) = &test.workload.model else { panic!("a rate is an open workload") };
    assert_eq!((arrivals.stages[0].from, arrivals.stages[0].over.as_secs()), (4.0, 2));
}

#[test]
fn the_exact_path_of_a_function_selects_all_its_cases_and_nothing_else() {
    let tests = [("mixed", "mixed"), ("mixed_more", "mixed_more"), ("type", "rush hour")];
    let selected = |line: &[&str]| selected(&tests, line);
    let of_mixed = ["agent::mixed::users_1", "agent::mixed::users_2"];
    assert_eq!(selected(&["agent::mixed", "--exact", "--nocapture"]), of_mixed);
    assert_eq!(selected(&["[load] agent::mixed", "--exact"]), of_mixed);
    assert_eq!(selected(&["agent::mixed::users_2", "--exact"]), of_mixed[1..]);
    assert_eq!(selected(&["agent::r#type", "--exact"]), ["agent::rush_hour::users_1", "agent::rush_hour::users_2"]);
    assert_eq!(selected(&["--skip", "agent::mixed", "--skip", "agent::type", "--exact"]).len(), 2);
    let none: [&str; 0] = [];
    assert_eq!(selected(&["agent::mixe", "--exact"]), none);
    assert_eq!(selected(&["[stress] agent::mixed", "--exact"]), none);
    assert_eq!(selected(&["agent::mixed"]).len(), 4, "without --exact it is a part of names");
}

#[test]
fn the_exact_name_of_a_test_is_that_test_although_another_ones_function_is_called_so() {
    let tests = [("first", "second"), ("second", "first")];
    let selected = |line: &[&str]| selected_of(&tests, &[Written::Text("1")], line);
    assert_eq!(selected(&["agent::first", "--exact"]), ["agent::first"]);
    assert_eq!(selected(&["--skip", "agent::first", "--exact"]), ["agent::second"]);
}

/// The names of the tests that run, of functions with a name for their tests, each with two cases.
fn selected(tests: &[(&'static str, &'static str)], line: &[&str]) -> Vec<String> {
    selected_of(tests, &[Written::Text("1"), Written::Text("2")], line)
}

fn selected_of(tests: &[(&'static str, &'static str)], users: &'static [Written], line: &[&str]) -> Vec<String> {
    let plain = planned(Kind::Load, SettingKey::Seed, "1", &[], "").decl;
    let decls = (0..).zip(tests).map(|(row, (ident, function))| {
        let settings = Vec::leak(vec![SettingDecl { key: SettingKey::Users, values: users }]);
        let place = Place { line: row, ..plain.place };
        &*Box::leak(Box::new(TestDecl { ident, function, place, settings, ..*plain }))
    });
    let planned = plan(expand(decls.collect()).unwrap(), &options(line, ""), None).unwrap();
    planned.iter().filter(|planned| planned.is_selected).map(|planned| planned.test.id.name.clone()).collect()
}
