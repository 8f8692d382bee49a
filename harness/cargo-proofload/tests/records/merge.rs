//! `proofload merge`

use serde_json::Value;

use crate::program::{Desk, record_of_a_perf_binary, server};

fn tests(record: &Value) -> Vec<Value> {
    record["tests"].as_array().expect("a list").clone()
}

fn count(test: &Value, name: &str) -> u64 {
    test["totals"]["requests"][name].as_u64().expect("a count")
}

#[test]
fn the_same_test_of_two_runs_stays_apart_and_no_request_is_lost() {
    let (desk, server) = (Desk::new(), server());
    desk.offer(&server.url).exits_with(0);
    desk.run(&["closed", &server.url, "-n", "40", "-c", "1"]).exits_with(0);
    let merged = desk.run(&["merge", "latest~1", "latest", "--output", "both"]);
    assert_eq!(merged.exits_with(0).stdout, "run record: both/run.json (2 tests of 2 runs)\n");
    let record = desk.record("both/run.json");
    let runs = desk.runs();
    let names: Vec<Value> = tests(&record).iter().map(|test| test["name"].clone()).collect();
    assert_eq!(names, [format!("closed@{}", runs[0]), format!("closed@{}", runs[1])]);
    assert_eq!(record["id"], "both");
    for (test, (id, intended)) in tests(&record).iter().zip(runs.iter().zip([60, 40])) {
        assert_eq!(count(test, "intended"), intended);
        let others = ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"];
        assert_eq!(others.map(|name| count(test, name)).iter().sum::<u64>(), intended);
        // Every figure is as it was measured.
        let alone = &tests(&desk.record(&format!("state/proofload/runs/{id}/run.json")))[0];
        assert_eq!((&test["totals"], &test["timeline"]), (&alone["totals"], &alone["timeline"]));
    }
    desk.run(&["report", "both"]).exits_with(0).prints(&format!("closed@{}", runs[0])).prints("2 passed");
}

#[test]
fn parts_of_a_suite_of_a_perf_binary_come_to_one_record() {
    let desk = Desk::new();
    let part = |id: &str, name: &str| {
        let mut record = record_of_a_perf_binary();
        record["id"] = id.into();
        record["tests"][0]["name"] = name.into();
        record.to_string()
    };
    desk.write("1.json", &part("1-7", "shop::search"));
    desk.write("2.json", &part("2-7", "shop::order"));
    desk.run(&["merge", "1.json", "2.json", "-o", "whole"]).exits_with(0);
    let names: Vec<Value> = tests(&desk.record("whole/run.json")).iter().map(|test| test["name"].clone()).collect();
    assert_eq!(names, ["shop::search", "shop::order"]);
    desk.run(&["report", "whole", "--html"]).exits_with(0);
}

#[test]
fn what_would_be_wrong_of_some_of_the_tests_is_refused_and_nothing_is_written() {
    let desk = Desk::new();
    let mut record = record_of_a_perf_binary();
    desk.write("1.json", &record.to_string());
    record["id"] = "2-7".into();
    record["environment"]["cores"] = 64.into();
    desk.write("elsewhere.json", &record.to_string());
    let refused = |runs: [&str; 2]| {
        let run = desk.run(&["merge", runs[0], runs[1], "-o", "whole"]);
        run.exits_with(2);
        assert!(!desk.path("whole").exists());
        run.stderr
    };
    assert!(refused(["1.json", "elsewhere.json"]).contains("→ 64; a record is of one machine"));
    assert!(refused(["1.json", "1.json"]).contains("was given twice"));
    desk.write("kept/run.json", "mine");
    desk.run(&["merge", "1.json", "elsewhere.json", "-o", "kept"]).exits_with(2).complains("is there already");
    assert_eq!(desk.read("kept/run.json"), "mine");
}
