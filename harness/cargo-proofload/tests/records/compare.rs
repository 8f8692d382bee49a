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
