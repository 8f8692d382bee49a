//! `proofload preset`

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proofload_testing::http_server::{Reply, ScriptedServer};
use serde_json::Value;

use crate::program::{Desk, Ended, server};

/// A batch of about three seconds: two levels, and two open loads.
const SHORT: [&str; 12] = [
    "--levels",
    "1,4",
    "--closed-duration",
    "500ms",
    "--closed-warmup",
    "0",
    "--shares",
    "50%,120%",
    "--open-duration",
    "1s",
    "--open-warmup",
    "0",
];

fn batch(desk: &Desk, url: &str, more: &[&str]) -> Ended {
    desk.run(&[&["preset", url], &SHORT[..], more].concat())
}

/// Serves one request at a time, so users who are many do not get more.
fn one_at_a_time() -> ScriptedServer {
    ScriptedServer::start(|_| {
        std::thread::sleep(Duration::from_millis(4));
        Reply::ok()
    })
}

type CsvRow = BTreeMap<String, String>;

/// The name of the only table, and its rows.
fn table(desk: &Desk, folder: &str) -> (String, Vec<CsvRow>) {
    let entries = std::fs::read_dir(desk.path(folder)).expect("a folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name.ends_with(".csv")).collect();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let mut reader = csv::Reader::from_path(desk.path(folder).join(name)).expect("a table");
    let rows = reader.deserialize().collect::<Result<Vec<CsvRow>, _>>().expect("a cell for each column");
    (name.clone(), rows)
}

fn number(row: &CsvRow, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// The tests of the only run.
fn tests(desk: &Desk) -> Vec<Value> {
    let runs = desk.runs();
    let [id] = runs.as_slice() else { panic!("{runs:?}") };
    desk.record(&format!("state/proofload/runs/{id}/run.json"))["tests"].as_array().expect("a list").clone()
}

/// What can be trusted up to the best throughput, as the record says it, where limits were given.
fn expected_code(desk: &Desk) -> i32 {
    let is_judged = |test: &&Value| test["name"] != "open_loop_120_percent_run_1";
    let is_invalid = |test: &Value| !matches!(test["outcome"].as_str(), Some("passed" | "failed"));
    if tests(desk).iter().filter(is_judged).any(is_invalid) { 102 } else { 0 }
}

#[test]
fn a_batch_is_one_table_whose_figures_are_those_of_the_record() {
    let (desk, server) = (Desk::new(), one_at_a_time());
    let run = batch(&desk, &server.url, &["--require", "p95 < 1min"]);
    run.exits_with(expected_code(&desk));
    let (name, rows) = table(&desk, "");
    let timestamp = name.strip_prefix("preset_smoke_").and_then(|rest| rest.strip_suffix(".csv")).expect("its name");
    assert!(rows.iter().all(|row| row["timestamp"] == timestamp && row["url"] == format!("{}/", server.url)));
    let modes: Vec<&str> = rows.iter().map(|row| row["mode"].as_str()).collect();
    assert_eq!(modes, ["closed_sweep", "closed_sweep", "open_loop", "open_loop"]);
    let tests = tests(&desk);
    let names: Vec<&str> = tests.iter().filter_map(|test| test["name"].as_str()).collect();
    let expected = [
        "closed_sweep_1_users_run_1",
        "closed_sweep_4_users_run_1",
        "open_loop_50_percent_run_1",
        "open_loop_120_percent_run_1",
    ];
    assert_eq!(names, expected);
    for (row, test) in rows.iter().zip(&tests) {
        let (totals, counts) = (&test["totals"], &test["totals"]["requests"]);
        assert_eq!(row["outcome"], test["outcome"].as_str().expect("a word"));
        for (column, figure) in [
            ("achieved_rate_per_s", &totals["throughput_per_s"]),
            ("measured_s", &test["span_s"]),
            ("requests", &counts["intended"]),
            ("ok", &counts["ok"]),
            ("never_sent", &counts["never_sent"]),
            ("success_rate", &totals["success_rate"]),
            ("mean_s", &totals["response_time"]["mean_s"]),
            ("p50_s", &totals["response_time"]["p50_s"]),
            ("p95_s", &totals["response_time"]["p95_s"]),
            ("p99_s", &totals["response_time"]["p99_s"]),
            ("service_p95_s", &totals["service_time"]["p95_s"]),
        ] {
            assert_eq!(row[column].parse().ok(), figure.as_f64(), "{column} of {row:?}");
        }
        let ended = ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"].map(|column| number(row, column));
        assert_eq!(ended.iter().sum::<f64>(), number(row, "requests"));
        assert_eq!(number(row, "errors"), number(row, "requests") - number(row, "ok"));
    }
}

#[test]
fn open_loads_are_shares_of_the_best_level_and_what_was_found_is_said() {
    let (desk, server) = (Desk::new(), one_at_a_time());
    let run = batch(&desk, &server.url, &[]);
    run.exits_with(0).prints("no --require was given, so nothing was judged");
    let (_, rows) = table(&desk, "");
    let best = rows[..2].iter().map(|row| number(row, "achieved_rate_per_s")).fold(0.0, f64::max);
    for (row, share) in rows[2..].iter().zip([0.5, 1.2]) {
        // To four digits.
        assert!((number(row, "target_rate_per_s") / (share * best) - 1.0).abs() < 0.001, "{row:?}");
        assert_eq!(row["share_of_best"], share.to_string());
    }
    let lines: Vec<&str> = run.stdout.lines().collect();
    let begins = |start: &str| lines.iter().any(|line| line.trim_start().starts_with(start));
    for start in
        ["Closed sweep", "1 user", "4 users", "Open loads", "50 %", "120 %", "table: preset_smoke_", "run record: "]
    {
        assert!(begins(start), "{start} in\n{}", run.stdout);
    }
    let found =
        lines.iter().any(|line| line.contains("saturates at about") || line.contains("so the server may take more"));
    assert!(found && begins("At 120 % of that ("), "{}", run.stdout);
    // 2 levels of 0.5 s, and 2 open loads of 1 s.
    run.complains("preset smoke: closed sweep with 1, 4 users, about 1 s")
        .complains("open loads at ")
        .complains("about 2 s");
    assert!(!run.stdout.contains("running 1 test"), "{}", run.stdout);
}

#[test]
fn what_was_kept_is_one_run_from_which_all_reports_can_be_made() {
    let (desk, server) = (Desk::new(), server());
    let run = batch(&desk, &server.url, &["--html=page.html", "--csv-folder", "tables"]);
    run.prints("report: page.html");
    assert_eq!(desk.runs().len(), 1);
    assert!(desk.read("page.html").contains("open_loop_50_percent_run_1"));
    assert_eq!(table(&desk, "tables").1.len(), 4);
    desk.run(&["report", "latest", "--json"]).exits_with(0).prints("closed_sweep_4_users_run_1");
    let left = std::fs::read_dir(desk.path("state/proofload/presets")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "the runs of the parts are in the whole");
}

#[test]
fn a_configuration_file_overrides_the_profile_and_the_command_line_overrides_the_file() {
    let (desk, server) = (Desk::new(), server());
    let file = "[preset]\nlevels = [1, 2, 3]\nrequests = 20\nclosed_warmup = 5\nclosed_repeat = 3\nshares = [\"90%\"]\nopen_duration = \"1s\"\nopen_warmup = \"0\"\nopen_repeat = 2\nmax_in_flight = 7\n";
    desk.write("bench.toml", file);
    let run = desk.run(&["preset", &server.url, "--config", "bench.toml", "--levels", "2", "--json"]);
    let record: Value = serde_json::from_str(&run.stdout).expect("the record and nothing else");
    let tests = record["tests"].as_array().expect("a list");
    let (closed, open): (Vec<&Value>, Vec<&Value>) =
        tests.iter().partition(|test| test["workload"]["model"] == "closed");
    assert_eq!((closed.len(), open.len()), (3, 2));
    let workload = |test: &Value, name: &str| test["workload"][name].clone();
    assert!(closed.iter().all(|test| workload(test, "users") == 2 && workload(test, "requests") == 20));
    assert!(closed.iter().all(|test| workload(test, "warmup_requests") == 5));
    assert!(open.iter().all(|test| workload(test, "max_in_flight") == 7));
    let (_, rows) = table(&desk, "");
    let medians = |mode: &str| rows.iter().filter(|row| row["mode"] == mode && row["is_median"] == "true").count();
    assert!(medians("closed_sweep") <= 1 && medians("open_loop") <= 1, "{rows:?}");
}

#[test]
fn a_limit_that_is_breached_at_a_rate_below_the_best_fails() {
    let desk = Desk::new();
    let answered = std::sync::atomic::AtomicU32::new(0);
    let server = ScriptedServer::start(move |_| {
        std::thread::sleep(Duration::from_millis(4));
        match answered.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 3 {
            0 => Reply::response("503 Busy", ""),
            _ => Reply::ok(),
        }
    });
    let run = batch(&desk, &server.url, &["--require", "success_rate >= 99%"]);
    run.exits_with(101).prints("failed: `success_rate >= 99%` was breached");
    let judged = tests(&desk)
        .iter()
        .filter(|test| test["outcome"] == "failed")
        .map(|test| test["name"].clone())
        .collect::<Vec<_>>();
    assert_eq!(judged, ["open_loop_50_percent_run_1"], "the sweep and what is beyond the best are not judged");
}

#[test]
fn where_nothing_answers_no_open_load_is_offered() {
    let desk = Desk::new();
    // A port that was free a moment ago.
    let dead = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound");
    let run = batch(&desk, &format!("http://{dead}"), &["--timeout", "1s"]);
    run.exits_with(101).prints("No level of users succeeded, so no open load was offered: ").prints("refused");
    let (_, rows) = table(&desk, "");
    assert!(rows.iter().all(|row| row["mode"] == "closed_sweep" && row["outcome"] == "failed" && row["ok"] == "0"));
}

#[test]
fn mistakes_are_found_before_any_load_is_offered() {
    let (desk, server) = (Desk::new(), server());
    for (wrong, says) in [
        (["--levels", "4,1"], "--levels 4,1: write numbers of users, rising"),
        (["--shares", "50"], "--shares 50: write shares of the best throughput"),
        (["--closed-duration", "5"], "--closed-duration 5: "),
        (["--open-duration", "5"], "--open-duration 5: "),
        (["--open-repeat", "0"], "--open-repeat 0: write how often"),
        (["--max-in-flight", "0"], "--max-in-flight 0: "),
        (["--require", "p95 < 5"], "--require \"p95 < 5\": "),
        (["--requests-csv", "rows.csv"], "--requests-csv: a preset is two runs"),
        (["--profile", "smok"], "smoke"),
    ] {
        desk.run(&["preset", &server.url, wrong[0], wrong[1]]).exits_with(2).complains(says);
    }
    assert_eq!((server.received().len(), desk.runs().len()), (0, 0));
}

#[test]
fn a_limit_that_no_load_would_be_judged_by_is_refused() {
    let (desk, server) = (Desk::new(), server());
    let beyond = ["preset", &server.url, "--shares", "110%,150%", "--require", "p95 < 1us"];
    desk.run(&beyond).exits_with(2).complains("--shares has none; add one, such as 90%");
    assert_eq!((server.received().len(), desk.runs().len()), (0, 0));
}

#[test]
fn a_batch_that_is_stopped_keeps_what_it_has_measured_and_offers_nothing_more() {
    let (desk, server) = (Desk::new(), server());
    let mut command = desk.command(&["preset", &server.url, "--levels", "1,2", "--closed-duration", "2min"]);
    let child = command.spawn().expect("the program starts");
    wait_until(|| server.received().len() > 100);
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("The batch was interrupted, so its figures are partial"), "{printed}");
    // 128 + 15
    assert_eq!(output.status.code(), Some(143), "{output:?}");
    let (_, rows) = table(&desk, "");
    assert_eq!(rows.iter().map(|row| row["outcome"].as_str()).collect::<Vec<_>>(), ["interrupted"]);
    stays_quiet(&server);
}

#[test]
fn a_part_ends_with_the_program_however_that_ends() {
    let (desk, server) = (Desk::new(), server());
    let mut command = desk.command(&["preset", &server.url, "--levels", "1,2", "--closed-duration", "2min"]);
    let mut child = command.spawn().expect("the program starts");
    wait_until(|| server.received().len() > 100);
    child.kill().expect("it runs");
    let _status = child.wait().expect("it ends");
    stays_quiet(&server);
}

#[track_caller]
fn wait_until(holds: impl Fn() -> bool) {
    let begun = Instant::now();
    // Another run on this machine may go first.
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(300), "it did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// No request arrives for half a second: not at once, because a part ends in its own way, but long before the load would.
#[track_caller]
fn stays_quiet(server: &ScriptedServer) {
    let begun = Instant::now();
    loop {
        let before = server.received().len();
        std::thread::sleep(Duration::from_millis(500));
        if server.received().len() == before {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "requests go on");
    }
}
