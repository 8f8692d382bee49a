//! `proofload compare`

use serde_json::Value;

use crate::program::{Desk, record_of_a_perf_binary, server};

/// The committed record under another id, in which everything takes `factor` times as long.
fn slower(id: &str, factor: f64) -> String {
    let mut record = record_of_a_perf_binary();
    record["id"] = id.into();
    let slow = |figures: &mut Value| {
        for (_, figure) in
            figures.as_object_mut().expect("an object").iter_mut().filter(|(name, _)| name.ends_with("_s"))
        {
            if let Some(time_s) = figure.as_f64() {
                *figure = (time_s * factor).into();
            }
        }
    };
    let test = &mut record["tests"][0];
    test["timeline"].as_array_mut().expect("a list").iter_mut().for_each(slow);
    for times in ["response_time", "service_time"] {
        slow(&mut test["totals"][times]);
        // Figures without a histogram are read as they are written.
        test["totals"][times]["histogram"] = Value::Null;
    }
    record.to_string()
}

#[test]
fn what_became_slower_is_shown_and_fails_if_that_is_strict() {
    let desk = Desk::new();
    let (before, same, after) = (slower("1-7", 1.0), slower("2-7", 1.0), slower("3-7", 3.0));
    desk.write("before.json", &before);
    desk.write("same.json", &same);
    desk.write("after.json", &after);
    let compare = |runs: [&str; 2], strict: &[&str]| desk.run(&[&["compare", runs[0], runs[1]], strict].concat());
    let worse = compare(["before.json", "after.json"], &["--strict"]);
    worse.exits_with(101).prints("1-7 → 3-7").prints("regressed").prints("+200 %");
    // It was measured once, as `--compare` of a perf binary judges it.
    compare(["before.json", "after.json"], &[]).exits_with(0).prints("regressed");
    compare(["before.json", "same.json"], &[]).exits_with(0).prints("1-7 → 2-7");
    compare(["after.json", "before.json"], &["--strict"]).exits_with(0).prints("improved");
}

#[test]
fn a_test_without_a_comparison_is_named_with_the_reason_and_one_that_errored_is_no_success() {
    let desk = Desk::new();
    let record = |id: &str, tests: &[(&str, &str)]| {
        let mut record: Value = serde_json::from_str(&slower(id, 1.0)).expect("JSON");
        let pattern = record["tests"][0].clone();
        let test = |(name, outcome): &(&str, &str)| {
            let mut test = pattern.clone();
            (test["name"], test["outcome"]) = ((*name).into(), (*outcome).into());
            if *outcome == "errored" {
                // It broke before its load.
                test["totals"] = Value::Null;
            }
            test
        };
        record["tests"] = tests.iter().map(test).collect();
        record.to_string()
    };
    desk.write("a.json", &record("1-7", &[("x", "passed"), ("y", "passed"), ("gone", "passed")]));
    desk.write("b.json", &record("2-7", &[("x", "errored"), ("y", "passed"), ("new", "passed")]));
    for strict in [&[][..], &["--strict"]] {
        let compared = desk.run(&[&["compare", "a.json", "b.json", "--json", "comparison.json"], strict].concat());
        assert!(matches!(compared.code, Some(101 | 102)), "{compared:?}");
        compared.prints("x: not measured in 2-7: errored\n").prints("new: only in 2-7\n").prints("gone: only in 1-7\n");
    }
    let comparison = desk.record("comparison.json");
    let tests = comparison["tests"].as_array().expect("a list");
    let noted = |name: &str, note: &str| {
        tests.iter().any(|test| test["name"] == name && test["comparisons"][0]["notes"] == serde_json::json!([note]))
    };
    assert!(noted("x", "not measured in 2-7: errored") && noted("gone", "only in 1-7"), "{comparison:#}");
    desk.write("same.json", &record("3-7", &[("x", "passed"), ("y", "passed")]));
    desk.run(&["compare", "a.json", "same.json"]).exits_with(0).prints("gone: only in 1-7\n");
}

#[test]
fn runs_of_the_command_with_other_requests_are_not_comparable() {
    let (desk, server) = (Desk::new(), server());
    desk.run(&["closed", &format!("{}/cheap", server.url), "-n", "60", "-c", "2"]).exits_with(0);
    desk.run(&["closed", "-X", "POST", &format!("{}/dear", server.url), "-n", "60", "-c", "2"]).exits_with(0);
    desk.run(&["compare", "latest~1", "latest", "--strict"]).exits_with(0).prints("the requests differ");
}

#[test]
fn what_cannot_be_told_fails_only_if_that_was_asked_for() {
    let (desk, server) = (Desk::new(), server());
    desk.offer(&server.url).exits_with(0);
    desk.offer(&server.url).exits_with(0);
    desk.run(&["compare", "latest~1", "latest"]).exits_with(0).prints("cannot tell").prints("use a longer duration");
    desk.run(&["compare", "latest~1", "latest", "--strict"]).exits_with(101).prints("cannot tell");
}

#[test]
fn what_was_compared_is_written_for_programs_and_as_a_page_beside_that_of_the_run() {
    let desk = Desk::new();
    desk.write("before/run.json", &slower("1-7", 1.0));
    desk.write("after/run.json", &slower("3-7", 3.0));
    let run = desk.run(&["compare", "before", "after", "--json", "ci/comparison.json", "--html"]);
    run.exits_with(0).prints("report: after/comparison.html\ncomparison: ci/comparison.json\n");
    let comparison = desk.read("ci/comparison.json");
    assert!(comparison.contains("\"regressed\""), "{comparison}");
    assert!(desk.read("after/comparison.html").contains("regressed"));
    assert!(!desk.path("after/report.html").exists());
}

#[test]
fn runs_without_a_test_in_common_and_runs_that_do_not_exist_are_wrong_usage() {
    let (desk, server) = (Desk::new(), server());
    desk.offer(&server.url).exits_with(0);
    desk.write("other.json", &slower("1-7", 1.0));
    desk.run(&["compare", "other.json", "latest"]).exits_with(2).complains("no test was measured in both runs");
    desk.run(&["compare", "latest~1", "latest"]).exits_with(2).complains("there is no run `latest~1`");
    desk.run(&["compare", "latest"]).exits_with(2);
}
