//! Values that a test records: `user.record("answer", 0.93)`, `user.count("even", 1)`.

use proofload_testing::http_server::{Received, Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("the values of the record are what the server's own log says that it answered", record_and_server),
    ("what is recorded in the warm-up is in no figure", warm_up),
    ("the table of values has what the record has", table_and_record),
    ("a threshold on a value that was not recorded fails and names those that were", not_recorded),
    ("a value that is not a number, and a name used in two ways, end the test", mistakes),
];

/// What the server answers to its request with this number: from -2.5 to 7.5.
fn answer(number: u64) -> f64 {
    (number * 37 % 101) as f64 / 10.0 - 2.5
}

fn server() -> ScriptedServer {
    ScriptedServer::start(|received: &Received| Reply::response("200 OK", &answer(received.number).to_string()))
}

fn run_against(server: &ScriptedServer, workspace: &Workspace, arguments: &[&str]) -> FinishedRun {
    let mut command = workspace.command(&[&["values::answers"], arguments].concat());
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    workspace.finish(command)
}

fn value<'r>(test: &'r Value, name: &str) -> &'r Value {
    let values = test["values"].as_array().expect("a list");
    values.iter().find(|value| value["name"] == name).unwrap_or_else(|| panic!("no {name} in {values:#?}"))
}

fn record_and_server() {
    let (server, workspace) = (server(), Workspace::new());
    let run = run_against(&server, &workspace, &["--warmup", "0"]);
    run.exits_with(0).says("1 passed").says("answer");
    let mut log: Vec<f64> = server.received().iter().map(|request| answer(request.number)).collect();
    log.sort_by(f64::total_cmp);
    assert_eq!(log.len(), 200);
    let test = run.test("probe::values::answers");
    let answers = value(&test, "answer");
    assert_eq!((&answers["kind"], answers["samples"].as_u64()), (&"distribution".into(), Some(200)));
    let figure = |name: &str| answers[name].as_f64().unwrap_or_else(|| panic!("no {name} in {answers:#}"));
    assert_eq!((figure("min"), figure("max")), (log[0], log[199]));
    // Tenths are summed in another order, so the last digit of an unrounded sum may differ.
    assert!((figure("sum") - log.iter().sum::<f64>()).abs() < 1e-9, "{answers:#}");
    assert!((figure("mean") - log.iter().sum::<f64>() / 200.0).abs() < 1e-11, "{answers:#}");
    for (name, place) in [("p50", 100), ("p75", 150), ("p95", 190)] {
        let (read, truth) = (figure(name), log[place - 1]);
        assert!(read <= truth && truth - read <= truth.abs() / 1024.0, "{name}: {read}, and the log says {truth}");
    }
    let even = log.iter().filter(|answer| *answer % 2.0 == 0.0).count() as f64;
    let counted = value(&test, "even");
    assert_eq!((&counted["kind"], counted["sum"].as_f64()), (&"count".into(), Some(even)));
    assert_eq!((counted["samples"].as_u64(), &counted["p50"]), (Some(200), &Value::Null));
    let thresholds = test["thresholds"].as_array().expect("a list");
    let of_answer = thresholds.iter().filter(|threshold| threshold["value"] == "answer").count();
    assert_eq!(of_answer, 2, "{thresholds:#?}");
}

fn warm_up() {
    let (server, workspace) = (server(), Workspace::new());
    let run = run_against(&server, &workspace, &[]);
    assert_eq!(server.received().len(), 220);
    let test = run.exits_with(0).test("probe::values::answers");
    assert_eq!(value(&test, "answer")["samples"], 200);
    assert_eq!(value(&test, "even")["samples"], 200);
}

fn table_and_record() {
    let (server, workspace) = (server(), Workspace::new());
    let prefix = workspace.path().join("perf");
    let run = run_against(&server, &workspace, &["--csv", prefix.to_str().expect("text"), "--html"]);
    let test = run.exits_with(0).says("perf_values.csv").test("probe::values::answers");
    let mut table = csv::Reader::from_path(workspace.path().join("perf_values.csv")).expect("the table");
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a whole row")).collect();
    let columns =
        ["samples", "sum", "min", "mean", "max", "stddev", "p50", "p75", "p90", "p95", "p99", "p999", "per_s"];
    for (row, name) in rows.iter().zip(["answer", "even"]) {
        let value = value(&test, name);
        assert_eq!((&row[0], &row[15]), (name, "probe::values::answers"));
        for (at, column) in columns.iter().enumerate() {
            // The reader of JSON may be off in the last digit of 17.
            let (cell, recorded) = (row[at + 2].parse::<f64>().ok(), value[column].as_f64());
            let differs = |(cell, recorded): (f64, f64)| (cell - recorded).abs() > 1e-15 * recorded.abs();
            assert_eq!(cell.is_some(), recorded.is_some(), "{column} of {name}");
            assert!(!cell.zip(recorded).is_some_and(differs), "{column} of {name}: {cell:?} {recorded:?}");
        }
    }
    assert_eq!(rows.len(), 2);
    let page = workspace.path().join("target/proofload/latest/report.html");
    let page = std::fs::read_to_string(page).expect("the page");
    assert!(page.contains("Values of the test") && page.contains("Distribution of a value"));
}

fn not_recorded() {
    let run = Workspace::new().run(&["values::counts_nothing"]);
    run.exits_with(101).says("no value `misses` was recorded, did you mean `misse`? (values that were: `misse`)");
}

fn mistakes() {
    let run = Workspace::new().run(&["values::not_a_number", "values::both_ways"]);
    run.exits_with(102).says("2 errored");
    let reason = |name: &str| run.test(name)["reason"].as_str().expect("a reason").to_owned();
    let share = reason("probe::values::not_a_number");
    assert!(share.ends_with("`user.record(\"share\", NaN)`: this is not a finite number"), "{share}");
    let size = reason("probe::values::both_ways");
    assert!(size.contains("`size` is recorded with `user.record` and counted with `user.count`"), "{size}");
}
