//! A line for each request: `--requests-csv FILE`, and `requests_csv = true`.

use std::path::Path;
use std::time::Duration;

use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::signal;
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("each request of each test is a line whose times add up to those of the record", lines_and_record),
    ("the lines are what the server answered", lines_and_server),
    ("a server that dies leaves a line for each request, answered or not", dead_server),
    ("Ctrl-C leaves a whole file", interrupted),
    ("a full disk is reported, and the verdict stays", full_disk),
    ("a setting writes a file for the test into the folder of the run", by_setting),
    ("a test of cargo-nextest has a file of its own", nextest),
    ("a file that cannot be made ends the run before any load", no_such_folder),
];

/// The file, by columns.
struct Lines(Vec<csv::StringRecord>);

impl Lines {
    fn read(path: &Path) -> Lines {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let columns: Vec<&str> = reader.headers().expect("a first line").iter().take(4).collect();
        assert_eq!(columns, ["request_id", "timestamp_ms", "latency_ms", "status_code"]);
        Lines(reader.records().map(|line| line.expect("a whole line")).collect())
    }

    fn of(&self, test: &str) -> Lines {
        Lines(self.0.iter().filter(|line| &line[4] == test).cloned().collect())
    }

    fn with(&self, column: usize, cell: &str) -> u64 {
        self.0.iter().filter(|line| &line[column] == cell).count() as u64
    }

    /// As many lines, and as many of each fate, as the record counts, and the same times.
    fn match_record(&self, test: &Value) {
        let totals = &test["totals"];
        let count = |name: &str| totals["requests"][name].as_u64().expect("a count");
        assert_eq!(self.0.len() as u64, count("intended"), "{totals:#}");
        for fate in ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"] {
            assert_eq!(self.with(7, fate), count(fate), "{fate} in {totals:#}");
        }
        let times: Vec<f64> = self.0.iter().filter_map(|line| line[2].parse().ok()).collect();
        let seconds = |name: &str| totals["response_time"][name].as_f64().expect("a time");
        let near =
            |ms: f64, name: &str| assert!((ms / 1e3 - seconds(name)).abs() < 1e-6, "{ms} ms and {name} {totals:#}");
        near(times.iter().sum::<f64>() / times.len() as f64, "mean_s");
        near(times.iter().copied().fold(0.0, f64::max), "max_s");
        let mut ids: Vec<u64> = self.0.iter().map(|line| line[0].parse().expect("a number")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), self.0.len(), "each has a number of its own");
    }
}

fn run_into(workspace: &Workspace, file: &str, tests: &[&str]) -> FinishedRun {
    let mut command = workspace.command(tests);
    command.arg("--requests-csv").arg(workspace.path().join(file));
    workspace.finish(command)
}

fn lines_and_record() {
    let workspace = Workspace::new();
    let run = run_into(&workspace, "out/all.csv", &["good::health", "good::with_fixtures", "faults::silence"]);
    run.exits_with(101).says("out/all.csv");
    let lines = Lines::read(&workspace.path().join("out/all.csv"));
    for name in ["probe::good::health", "probe::good::with_fixtures", "probe::faults::silence"] {
        lines.of(name).match_record(&run.test(name));
    }
    let test = run.test("probe::good::with_fixtures");
    for endpoint in test["endpoints"].as_array().expect("endpoints") {
        let name = endpoint["name"].as_str().expect("a name");
        let count = endpoint["requests"]["intended"].as_u64().expect("a count");
        assert_eq!(lines.of("probe::good::with_fixtures").with(5, name), count, "{name}");
    }
    assert_eq!(lines.with(3, "404"), lines.with(5, "GET /missing"));
}

fn lines_and_server() {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(|received| match received.number % 7 {
        0 => Reply::response("503 No", "four"),
        _ => Reply::response("200 OK", "fine!"),
    });
    let mut command = workspace.command(&["good::health", "--warmup", "0"]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url).env("PROOFLOAD_REQUESTS_CSV", workspace.path().join("all.csv"));
    let run = workspace.finish(command);
    let lines = Lines::read(&workspace.path().join("all.csv"));
    lines.match_record(&run.test("probe::good::health"));
    let received = server.received();
    let failed = received.iter().filter(|request| request.number % 7 == 0).count() as u64;
    assert_eq!((lines.0.len(), lines.with(3, "503")), (received.len(), failed));
    assert_eq!((lines.with(8, "status 503"), lines.with(11, "4"), lines.with(11, "5")), (failed, failed, 200 - failed));
}

fn dead_server() {
    let workspace = Workspace::new();
    let run = run_into(&workspace, "all.csv", &["faults::dies"]);
    let lines = Lines::read(&workspace.path().join("all.csv"));
    lines.match_record(&run.test("probe::faults::dies"));
    assert_eq!(lines.0.len(), 1_000);
}

fn interrupted() {
    let workspace = Workspace::new();
    let file = workspace.path().join("all.csv");
    let running = workspace.start(&["long::minute", "--requests-csv", file.to_str().expect("text")]);
    let _begun = workspace.wait_for_trace("basket set up");
    std::thread::sleep(Duration::from_millis(300));
    signal("INT", running.id());
    let output = running.wait_with_output().expect("ends");
    let run = workspace.finished(&output, Duration::ZERO);
    run.exits_with(130);
    Lines::read(&file).match_record(&run.test("probe::long::minute"));
}

fn full_disk() {
    let workspace = Workspace::new();
    let run = run_into(&workspace, "/dev/full", &["good::health"]);
    run.exits_with(1).says("1 passed").says("error: /dev/full ends after 0 requests, because it could not be written");
    assert_eq!(run.test("probe::good::health")["outcome"], "passed");
}

fn by_setting() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&["good::health", "good::pushed", "--include-ignored"]);
    command.env("PROOFLOAD_REQUESTS_CSV", "true");
    let run = workspace.finish(command);
    run.exits_with(0).says("requests/probe.good.health.csv");
    let file = workspace.path().join("target/proofload/latest/requests/probe.good.health.csv");
    Lines::read(&file).match_record(&run.test("probe::good::health"));
    let folder = file.parent().expect("a folder").read_dir().expect("files");
    assert_eq!(folder.count(), 3, "one for each test");
}

fn nextest() {
    let workspace = Workspace::new();
    for name in ["probe::good::health", "probe::good::quick"] {
        let mut command = workspace.command(&[&format!("[{}] {name}", kind_of(name)), "--exact", "--nocapture"]);
        command.env("NEXTEST", "1").env("NEXTEST_RUN_ID", "7e57");
        command.env("PROOFLOAD_REQUESTS_CSV", workspace.path().join("all.csv"));
        let run = workspace.finish(command);
        run.exits_with(0);
        let file = workspace.path().join(format!("all.{}.csv", name.replace("::", ".")));
        Lines::read(&file).match_record(&run.test(name));
    }
}

fn kind_of(name: &str) -> &'static str {
    if name.ends_with("quick") { "benchmark" } else { "load" }
}

fn no_such_folder() {
    let workspace = Workspace::new();
    std::fs::write(workspace.path().join("in the way"), "").expect("written");
    let run = run_into(&workspace, "in the way/all.csv", &["good::health"]);
    run.exits_with(1).says("in the way/all.csv: ").says("no test was run");
    assert!(workspace.trace().is_empty(), "{run}");
}
