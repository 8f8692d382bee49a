//! Servers that one test compares.

use std::collections::BTreeMap;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("servers take turns, each is judged and measured for itself, and they are compared", two),
    ("a share of another server's figure fails with what it comes to", breached),
    ("a number of requests is shared out, and every request is accounted for", counted),
    ("servers can be measured one after the other, which is said to be weaker", apart),
    ("benchmarks of two servers are compared", benchmark),
    ("a server that dies ends the test, which names it and its last words", dies),
    ("the command line gives such a test no load that is not steady", refused),
];

fn arms(test: &Value) -> Vec<&Value> {
    test["arms"].as_array().expect("arms").iter().collect()
}

fn requests(arm: &Value) -> (u64, u64) {
    let requests = &arm["totals"]["requests"];
    (requests["intended"].as_u64().expect("a count"), requests["ok"].as_u64().expect("a count"))
}

fn run(test: &str) -> (FinishedRun, Value) {
    let run = Workspace::new().run(&[test]);
    let record = run.test(&format!("probe::{test}"));
    (run, record)
}

fn two() {
    let (run, test) = run("arms::two");
    run.exits_with(0);
    let arms = arms(&test);
    let names: Vec<&str> = arms.iter().filter_map(|arm| arm["name"].as_str()).collect();
    assert_eq!(names, ["sluggish", "steady"]);
    for arm in &arms {
        let (intended, ok) = requests(arm);
        assert!(intended > 100 && intended == ok, "{intended} {ok}");
        assert_eq!(arm["turns"].as_array().expect("turns").len(), 10);
        assert_eq!(arm["span_s"], 10.0);
        assert_eq!(arm["servers"].as_array().expect("servers").len(), 1);
    }
    let compared = &test["comparisons"][0];
    assert_eq!((&compared["reference"], &compared["subject"]), (&"sluggish".into(), &"steady".into()));
    assert_eq!((&compared["method"], &compared["verdict"]), (&"interleaved".into(), &"improved".into()), "{compared}");
    let about: Vec<(&str, &str)> = test["thresholds"]
        .as_array()
        .expect("thresholds")
        .iter()
        .map(|verdict| (verdict["arm"].as_str().expect("an arm"), verdict["metric"].as_str().expect("a metric")))
        .collect();
    assert_eq!(about.iter().filter(|(_, metric)| *metric == "p95").collect::<Vec<_>>(), [&("sluggish", "p95")]);
    assert_eq!(about.iter().filter(|(_, metric)| *metric == "mean").collect::<Vec<_>>(), [&("steady", "mean"); 2]);
}

fn breached() {
    let (run, test) = run("arms::breached");
    run.exits_with(101).says("`sluggish`: `mean <= 105% of \"steady\"` was breached");
    assert_eq!(test["outcome"], "failed");
}

/// How many lines of the file are of each server, in which every line has a number of its own.
fn lines_of_servers(path: &std::path::Path) -> BTreeMap<String, u64> {
    let mut servers = BTreeMap::new();
    let mut reader = csv::Reader::from_path(path).expect("the file");
    for (line, number) in reader.records().zip(1u64..) {
        let line = line.expect("a line");
        assert_eq!(line[0].parse(), Ok(number));
        *servers.entry(line[4].to_owned()).or_default() += 1;
    }
    servers
}

/// The run and its record, and the lines of each server in the list of its requests.
fn listed(test: &str) -> (FinishedRun, Value, BTreeMap<String, u64>) {
    let workspace = Workspace::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("requests.csv");
    let run = workspace.run(&[test, "--requests-csv", &path.to_string_lossy()]);
    let record = run.test(&format!("probe::{test}"));
    (run, record, lines_of_servers(&path))
}

/// What the record says of each server, under the name that its lines have.
fn recorded(test: &Value) -> BTreeMap<String, u64> {
    let name = test["name"].as_str().expect("a name");
    let of_arm = |arm: &Value| (format!("{name} ({})", arm["name"].as_str().expect("a name")), requests(arm).0);
    arms(test).into_iter().map(of_arm).collect()
}

fn counted() {
    let (run, test, lines) = listed("arms::counted");
    run.exits_with(0);
    assert_eq!(lines, recorded(&test));
    let counts: Vec<u64> = arms(&test)
        .into_iter()
        .map(|arm| {
            let ((intended, ok), carried) = (requests(arm), arm["carried_over"]["requests"].as_u64().unwrap_or(0));
            assert_eq!(intended, ok);
            // What began in the warm-up, and is counted because it waited longer than all others, is beside the number.
            ok - carried
        })
        .collect();
    assert_eq!(counts, [134, 133, 133]);
    assert_eq!(test["workload"]["requests"], 400, "the load of the test, not the part of one server");
}

fn apart() {
    let (run, test, lines) = listed("arms::apart");
    run.exits_with(0);
    assert_eq!(lines, recorded(&test));
    for arm in arms(&test) {
        let (intended, ok) = requests(arm);
        assert!(intended > 100 && intended == ok, "{intended} {ok}");
        assert!(arm["timeline"].as_array().expect("seconds").len() >= 6);
    }
    let compared = &test["comparisons"][0];
    assert_eq!(compared["method"], "one_after_the_other");
    assert!(compared["notes"][0].as_str().expect("a note").contains("one after the other"), "{compared}");
}

fn benchmark() {
    let (run, test) = run("arms::benchmark");
    run.exits_with(0);
    assert_eq!(arms(&test).len(), 2);
    assert_eq!(test["comparisons"][0]["verdict"], "cannot_tell", "two turns each are too few");
}

fn dies() {
    let (run, test) = run("arms::dies");
    run.exits_with(102).says("the server `mortal` died during the test").says("last words of a server");
    assert_eq!(test["outcome"], "errored");
}

fn refused() {
    let run = Workspace::new().run(&["arms::two", "--ramp-up", "5s"]);
    run.exits_with(2).says("arms::two");
}
