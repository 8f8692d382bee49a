//! What a run writes, and what happens when it cannot.

use std::fs;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use crate::run::{Trials, Workspace};

pub(crate) const TRIALS: Trials = &[
    ("a row of a test that did not run stays in the baselines", rows_stay),
    ("a failed test never replaces a good row", failures_write_no_row),
    ("a folder that cannot be written leaves verdicts and old files intact, and the exit is not 0", unwritable),
    ("processes of one cargo-nextest run write one record", nextest),
    ("on GitHub the step summary and annotations are written", github),
    ("too few descriptors are invalid with the number to set", descriptors),
    ("a replaced target is attached to, and writes no baseline", target),
    ("a closed output ends the run, but loses neither the record nor the tear-down", closed_output),
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
    run.exits_with(1)
        .says("test [load] probe::good::health ... ok")
        .says("cannot write")
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

fn target() {
    let workspace = Workspace::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || answer_for_ever(&listener));
    let mut command = workspace.command(&["good::health"]);
    command.env("PROOFLOAD_TARGET_STEADY", format!("http://{address}"));
    let run = workspace.finish(command);
    run.exits_with(0);
    assert!(workspace.trace().is_empty(), "no server of ours was started");
    assert_eq!(workspace.page(), None);
}

/// One request at a time for each connection, which is all that the probe sends.
fn answer_for_ever(listener: &std::net::TcpListener) {
    use std::io::{Read, Write};
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").is_err() {
                    return;
                }
            }
        });
    }
}

fn two_runs() {
    let (first, second) = (Workspace::new(), Workspace::new());
    let mut running = first.start(&["long::minute"]);
    first.wait_for("steady ");
    let waiting = second.start(&["good::health"]);
    // The second one cannot begin while the first one runs, however long that is looked at.
    std::thread::sleep(Duration::from_millis(500));
    assert!(second.trace().is_empty(), "the second run waits");
    crate::run::signal("INT", running.id());
    running.wait().expect("ends");
    let output = waiting.wait_with_output().expect("ends");
    let finished = second.finished(&output, Duration::ZERO);
    finished.exits_with(0).says("another perf run is active on this machine: process").says("1 passed");
}
