//! What a run writes, and what happens when it cannot.

use std::fs;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::Workspace;
use proofload_testing::process::signal;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("a row of a test that did not run stays in the baselines", rows_stay),
    ("a failed test never replaces a good row", failures_write_no_row),
    (
        "documents that cannot be written are one warning: verdict, exit code, record and old files stay as they are",
        unwritable,
    ),
    ("processes of one cargo-nextest run write one record", nextest),
    ("on GitHub the step summary and annotations are written", github),
    ("too few descriptors are invalid with the number to set", descriptors),
    ("a replaced target is attached to, and writes no baseline", target),
    ("a closed output ends the run, but loses neither the record nor the tear-down", closed_output),
    ("a limit of the size of files is an error that is reported, and leaves no temporary file", file_size),
    ("two runs wait for each other", two_runs),
];

/// `cargo test --test perf | head`
fn closed_output() {
    let workspace = Workspace::new();
    let mut child = workspace.start(&["good::with_fixtures", "good::quick"]);
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert!(lines.any(|line| line.expect("text").contains("with_fixtures ... ok")));
    drop(lines);
    let output = child.wait_with_output().expect("it ends");
    let run = workspace.finished(&output, Duration::ZERO);
    run.exits_with(1).says("standard output was closed");
    assert_eq!(run.test("probe::good::with_fixtures")["outcome"], "passed");
    assert!(workspace.trace().contains(&"catalogue torn down true".to_owned()), "{run}");
}

fn rows_stay() {
    let workspace = Workspace::new();
    workspace.run(&["good::health"]).exits_with(0);
    workspace.run(&["good::quick"]).exits_with(0);
    let page = workspace.page().expect("written");
    assert!(page.contains("good::health") && page.contains("good::quick"), "{page}");
}

fn failures_write_no_row() {
    let workspace = Workspace::new();
    workspace.run(&["good::health"]).exits_with(0);
    let before = workspace.page();
    workspace.run(&["bad::busy"]).exits_with(101);
    assert_eq!(workspace.page(), before);
}

fn unwritable() {
    let workspace = Workspace::new();
    // Root may write anywhere, so a file stands where the folder should be.
    fs::write(workspace.path().join("docs"), "in the way").expect("written");
    let run = workspace.run(&["good::health"]);
    run.exits_with(0)
        .says("test [load] probe::good::health ... ok")
        .says("note: baselines not updated: cannot write")
        .says("docs/performance-baselines.json");
    assert_eq!(fs::read_to_string(workspace.path().join("docs")).expect("still there"), "in the way");
    assert_eq!(run.test("probe::good::health")["outcome"], "passed", "the record is written all the same");
}

fn nextest() {
    let workspace = Workspace::new();
    for name in ["[load] probe::good::health", "[benchmark] probe::good::quick"] {
        let mut command = workspace.command(&[name, "--exact", "--nocapture"]);
        command.env("NEXTEST", "1").env("NEXTEST_RUN_ID", "7e57");
        workspace.finish(command).exits_with(0).says("1 passed");
    }
    let run = workspace.run(&["--list", "--format", "terse"]);
    run.exits_with(0);
    assert_eq!(run.record()["tests"].as_array().expect("tests").len(), 2);
    let page = workspace.page().expect("written");
    assert!(page.contains("good::health") && page.contains("good::quick"), "{page}");
}

fn github() {
    let workspace = Workspace::new();
    let summary = workspace.path().join("summary.md");
    let mut command = workspace.command(&["bad::busy", "good::health"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    workspace.finish(command).exits_with(101).says("::error ");
    let text = fs::read_to_string(summary).expect("written");
    assert!(text.contains("bad::busy") && text.contains("good::health"), "{text}");
}

fn descriptors() {
    let workspace = Workspace::new();
    let probe = workspace.command(&["long::crowd"]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -n 200; exec \"$0\" \"$@\""]).arg(probe.get_program()).args(probe.get_args());
    limited.envs(probe.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(workspace.path());
    workspace.finish(limited).exits_with(102).says("INVALID").says("ulimit -n 464");
}

fn file_size() {
    let workspace = Workspace::new();
    let probe = workspace.command(&["good::health"]);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -f 1; exec \"$0\" \"$@\""]).arg(probe.get_program()).args(probe.get_args());
    limited.envs(probe.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(workspace.path());
    let run = workspace.finish(limited);
    run.exits_with(1).says("test [load] probe::good::health ... ok").says("run.json").says("File too large");
    let mut folders = vec![workspace.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("read").flatten() {
            assert!(!entry.file_name().to_string_lossy().starts_with(".tmp"), "{} is left", entry.path().display());
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

fn target() {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(|_| Reply::response("200 OK", ""));
    let mut command = workspace.command(&["good::health"]);
    // A name and a base path: the endpoints stay as they are.
    let port = server.url.rsplit(':').next().expect("a port");
    command.env("PROOFLOAD_TARGET_STEADY", format!("http://localhost:{port}/base/"));
    let run = workspace.finish(command);
    run.exits_with(0).says("host localhost: looked up in ");
    let test = run.test("probe::good::health");
    assert_eq!(test["endpoints"][0]["name"], "GET /health");
    assert!(server.received().iter().all(|request| request.path == "/base/health"));
    let lookup = &test["generator"]["lookups"][0];
    assert_eq!((&lookup["host"], &lookup["during_load"]), (&"localhost".into(), &false.into()));
    assert!(lookup["time_s"].as_f64().is_some_and(|time_s| time_s > 0.0), "{lookup}");
    assert!(workspace.trace().is_empty(), "no server of ours was started");
    assert_eq!(workspace.page(), None);
}

fn two_runs() {
    let (first, second) = (Workspace::new(), Workspace::new());
    let mut running = first.start(&["long::minute"]);
    let _first_has_begun = first.wait_for_trace("steady ");
    let waiting = second.start(&["good::health"]);
    // The second one cannot begin while the first one runs, however long that is looked at.
    std::thread::sleep(Duration::from_millis(500));
    assert!(second.trace().is_empty(), "the second run waits");
    signal("INT", running.id());
    running.wait().expect("ends");
    let output = waiting.wait_with_output().expect("ends");
    let finished = second.finished(&output, Duration::ZERO);
    finished.exits_with(0).says("another perf run is active on this machine: process").says("1 passed");
}
