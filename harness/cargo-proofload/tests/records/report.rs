//! `proofload report`

use crate::program::{Desk, record_of_a_perf_binary, server};

#[test]
fn the_tables_of_the_last_run_say_what_its_record_says() {
    let (desk, server) = (Desk::new(), server());
    desk.offer(&server.url).exits_with(0);
    let report = desk.run(&["report"]);
    let id = &desk.runs()[0];
    report.exits_with(0).prints("closed").prints("60").prints("100 %").prints("passed");
    report.prints(&format!("run record: {}", desk.path(&format!("state/proofload/runs/{id}/run.json")).display()));
    assert_eq!((desk.runs().len(), server.received().len()), (1, 60), "no load is offered");
}

#[test]
fn a_run_is_named_by_how_long_ago_it_was_its_id_its_folder_or_its_record() {
    let (desk, server) = (Desk::new(), server());
    desk.offer(&server.url).exits_with(0);
    desk.offer(&server.url).exits_with(0);
    let runs = desk.runs();
    let printed = |name: &str| {
        let report = desk.run(&["report", name, "--json"]);
        report.exits_with(0);
        serde_json::from_str::<serde_json::Value>(&report.stdout).expect("JSON and nothing else")["id"].clone()
    };
    assert_eq!((printed("latest"), printed("latest~1")), (runs[1].as_str().into(), runs[0].as_str().into()));
    let folder = format!("state/proofload/runs/{}", runs[0]);
    for name in [runs[0].clone(), folder.clone(), format!("{folder}/run.json")] {
        assert_eq!(printed(&name), runs[0].as_str(), "{name}");
    }
}

#[test]
fn each_file_that_is_asked_for_is_written_and_named() {
    let desk = Desk::new();
    desk.write("ci/run.json", &record_of_a_perf_binary().to_string());
    let report = desk.run(&[
        "report",
        "ci",
        "--html=page.html",
        "--junit",
        "junit.xml",
        "--csv",
        "tables/perf",
        "--summary-json",
        "summary.json",
        "--bmf",
        "bmf.json",
        "--metrics-file",
        "run.prom",
    ]);
    report.exits_with(0);
    let expected = [
        "report: page.html",
        "JUnit report: junit.xml",
        "Bencher metrics: bmf.json",
        "summary: summary.json",
        "metrics: run.prom",
        "statistics: tables/perf_stats.csv",
        "history: tables/perf_stats_history.csv",
        "failures: tables/perf_failures.csv",
        "exceptions: tables/perf_exceptions.csv",
        "values: tables/perf_values.csv",
    ];
    assert_eq!(report.stdout.lines().collect::<Vec<_>>(), expected);
    assert!(expected.iter().all(|line| desk.path(line.split(": ").last().unwrap_or_default()).is_file()));
    let summary = desk.record("summary.json");
    let record = record_of_a_perf_binary();
    assert_eq!(summary["tests"][0]["total_requests"], record["tests"][0]["totals"]["requests"]["intended"]);
    assert!(!desk.path("ci/report.html").exists(), "another place was named for the page");
}

#[test]
fn a_file_that_is_a_link_stays_one_and_what_is_printed_follows_one_that_is_standard_output() {
    let desk = Desk::new();
    desk.write("ci/run.json", &record_of_a_perf_binary().to_string());
    desk.write("kept/summary.json", "old");
    std::os::unix::fs::symlink("kept/summary.json", desk.path("summary.json")).expect("a link");
    let printed = std::fs::File::create(desk.path("printed.txt")).expect("a file");
    let mut command = desk.command(&["report", "ci", "--summary-json", "summary.json", "--junit", "printed.txt"]);
    assert!(command.stdout(printed).status().expect("the program starts").success());
    assert!(desk.path("summary.json").is_symlink());
    assert!(desk.record("kept/summary.json")["tests"].is_array());
    let printed = desk.read("printed.txt");
    assert!(
        printed.starts_with("<?xml") && printed.contains("</testsuites>\nJUnit report: printed.txt\n"),
        "{printed}"
    );
}

#[test]
fn without_a_place_the_page_is_beside_the_record() {
    let desk = Desk::new();
    desk.write("ci/run.json", &record_of_a_perf_binary().to_string());
    let report = desk.run(&["report", "ci/run.json", "--html"]);
    assert_eq!(report.exits_with(0).stdout, "report: ci/report.html\n");
    let page = desk.read("ci/report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("record_open"), "{page}");
}

#[test]
fn the_exit_code_is_that_of_the_report_and_not_of_the_run() {
    let desk = Desk::new();
    // A port that was free a moment ago.
    let dead = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound");
    let url = format!("http://{dead}");
    desk.run(&["closed", &url, "-n", "20", "-c", "1"]).exits_with(101);
    desk.run(&["report"]).exits_with(0).prints("failed");
    // A file stands where the folder should be.
    desk.write("tables", "in the way");
    desk.run(&["report", "--csv", "tables/perf"])
        .exits_with(1)
        .complains("error: cannot write")
        .complains("tables/perf");
}

#[test]
fn a_run_that_does_not_exist_is_wrong_usage_and_answered_with_those_that_do() {
    let (desk, server) = (Desk::new(), server());
    desk.run(&["report"])
        .exits_with(2)
        .complains("there is no run `latest`: no run in")
        .complains("has been recorded yet");
    desk.offer(&server.url).exits_with(0);
    let report = desk.run(&["report", "latest~7"]);
    report.exits_with(2).complains("there is no run `latest~7`").complains(&format!("\n  {}  20", desk.runs()[0]));
    desk.write("other.json", "{\"schema\": \"proofload/run/9\"}");
    desk.run(&["report", "other.json"]).exits_with(2).complains("proofload/run/9");
}
