//! `proofload closed` and `open` measure what an attribute measures: the same load both ways, on the same server.
//!
//! This program is a perf binary, where `SAME_LOAD_URL` names the server, and otherwise the test that runs it and the command.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use proofload::prelude::*;
use proofload_testing::http_server::{Reply, ScriptedServer};
use serde_json::Value;

const SERVER: &str = "SAME_LOAD_URL";

fn url() -> String {
    std::env::var(SERVER).unwrap_or_default()
}

#[perf(kind = "load", users = 4, requests = 400, warmup = 40)]
async fn closed(user: &mut User) -> proofload::Result {
    user.get(url().as_str(), "/").await?;
    Ok(())
}

#[perf(kind = "load", rate = 100/s, duration = 2s, max_in_flight = 50)]
async fn open(user: &mut User) -> proofload::Result {
    user.get(url().as_str(), "/").await?;
    Ok(())
}

fn main() -> ExitCode {
    if std::env::var_os(SERVER).is_some() {
        return proofload::main();
    }
    // cargo-nextest asks for a list, and there is one test.
    if std::env::args().any(|argument| argument == "--list") {
        println!("same_load: test");
        return ExitCode::SUCCESS;
    }
    both_ways("closed", &["-c", "4", "-n", "400", "--warmup", "40"], 440);
    both_ways("open", &["--rate", "100/s", "-d", "2s", "-c", "50"], 200);
    println!("same_load ... ok");
    ExitCode::SUCCESS
}

/// Runs the test `name` and the command of that name, each of which sends so many requests, and compares what they measured.
fn both_ways(name: &str, flags: &[&str], sent: usize) {
    // So slow that the time of a request is the server's, on any machine.
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let server = ScriptedServer::start(move |_| Reply::send_after(Duration::from_millis(20), answer));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let itself = std::env::current_exe().expect("this program has a path");
    let mut attribute = Command::new(itself);
    attribute.args(["--exact", name, "--no-baselines", "--history", "none"]).env(SERVER, &server.url);
    let attribute = run(&mut attribute, folder.path(), "attribute");
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofload"));
    command.args([&[name, &server.url][..], flags].concat());
    let command = run(&mut command, folder.path(), "command");
    assert!(server.received().len() >= 2 * sent, "each request of both was received");
    assert_eq!(attribute["totals"]["requests"], command["totals"]["requests"], "{name}: where each request ended");
    for figure in ["/throughput_per_s", "/response_time/p50_s", "/service_time/mean_s"] {
        let of = |test: &Value| test["totals"].pointer(figure).and_then(Value::as_f64);
        let (ours, theirs) = (of(&command).expect(figure), of(&attribute).expect(figure));
        assert!(
            (ours / theirs - 1.0).abs() < 0.25,
            "{name}: {figure} is {ours} of the command, {theirs} of the attribute"
        );
    }
    let load = |test: &Value| test["workload"].clone();
    assert_eq!(load(&attribute), load(&command), "{name}: the load as the record has it");
}

/// The test in the record of a run.
fn run(command: &mut Command, folder: &Path, name: &str) -> Value {
    let folder = folder.join(name);
    command.arg("--output-dir").arg(&folder).env("PROOFLOAD_INTERNAL_LOCK", folder.with_extension("lock"));
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // A busy machine cannot send on time: the figures are compared all the same.
    let measured = matches!(output.status.code(), Some(0 | 102));
    assert!(measured, "{name}: {text}");
    let record = std::fs::read(folder.join("latest/run.json")).expect("a record");
    let record: Value = serde_json::from_slice(&record).expect("it is JSON");
    record["tests"][0].clone()
}
