//! Waiting until no other perf run offers load on the machine.
//!
//! The tests hold a lock of their own, so that perf runs of others on this machine neither wait nor disturb.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::{ignores_hup, signal, wait_until};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("SIGINT ends a run that waits for the machine", || ends_while_waiting("INT", 130)),
    ("SIGTERM ends a run that waits for the machine", || ends_while_waiting("TERM", 143)),
    ("SIGHUP ends a run that waits for the machine", || ends_while_waiting("HUP", 129)),
    ("--no-wait ends at once if another perf run is active, and names its process", no_wait),
    ("a holder that has not signed is named by its process number, not by what an earlier one left", unsigned),
    ("another folder for temporary files is not another lock", one_lock_whatever_tmpdir),
];

/// What is locked, by this process and for as long as it lives.
struct Held {
    path: PathBuf,
    _file: File,
}

/// Locks a file that says `text`.
fn hold(workspace: &Workspace, text: &str) -> Held {
    let path = workspace.path().join("proofload.lock");
    std::fs::write(&path, text).expect("written");
    let file = File::open(&path).expect("readable");
    file.lock().expect("locked");
    Held { path, _file: file }
}

/// A run that finds `held` locked.
fn command(workspace: &Workspace, held: &Path, arguments: &[&str]) -> Command {
    let mut command = workspace.command(arguments);
    command.env("PROOFLOAD_INTERNAL_LOCK", held).env("TMPDIR", workspace.path());
    command
}

/// Reads from standard error up to the line that says what the run waits for; returns it and the rest.
fn waiting_line(child: &mut Child) -> (String, BufReader<impl Read + use<>>) {
    let mut reader = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("text");
    (line, reader)
}

/// Kills a process that does not end in time.
fn end(child: &mut Child) -> Option<i32> {
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        wait_until("the run ends", || child.try_wait().expect("a child").is_some());
    }));
    if ended.is_err() {
        child.kill().expect("killed");
    }
    child.wait().expect("a child").code().filter(|_| ended.is_ok())
}

fn ends_while_waiting(name: &str, code: i32) {
    if name == "HUP" && ignores_hup() {
        return eprintln!("not tested: SIGHUP is ignored by this process, and so by the run");
    }
    let workspace = Workspace::new();
    let held = hold(&workspace, "");
    let mut child = command(&workspace, &held.path, &["good::health"]).spawn().expect("starts");
    let (line, mut rest) = waiting_line(&mut child);
    assert!(line.contains("another perf run is active"), "{line}");
    signal(name, child.id());
    assert_eq!(end(&mut child), Some(code), "{line}");
    let mut text = String::new();
    rest.read_to_string(&mut text).expect("text");
    let says = format!("interrupted by SIG{name} while waiting for process {}", std::process::id());
    assert!(text.contains(&says) && text.contains("no test was run"), "{text}");
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn no_wait() {
    let workspace = Workspace::new();
    let held = hold(&workspace, "");
    let run: FinishedRun = workspace.finish(command(&workspace, &held.path, &["good::health", "--no-wait"]));
    run.exits_with(102).says(&format!("process {}", std::process::id())).says("--no-wait");
    assert!(run.took < Duration::from_secs(9), "{run}");
    let mut by_variable = command(&workspace, &held.path, &["good::health"]);
    by_variable.env("PROOFLOAD_NO_WAIT", "1");
    workspace.finish(by_variable).exits_with(102);
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn unsigned() {
    let workspace = Workspace::new();
    let held = hold(&workspace, "process 1 (/an/earlier/run)");
    let run = workspace.finish(command(&workspace, &held.path, &["good::health", "--no-wait"]));
    run.exits_with(102).says(&format!("process {} (", std::process::id()));
    assert!(!run.stderr.contains("earlier"), "{run}");
}

fn one_lock_whatever_tmpdir() {
    let (first, second) = (Workspace::new(), Workspace::new());
    let mut running = first.command(&["long::minute"]);
    let mut running = running.env("TMPDIR", first.path()).spawn().expect("starts");
    let _first_has_begun = first.wait_for_trace("steady ");
    let mut waiting = second.command(&["good::health"]);
    let mut waiting = waiting.env("TMPDIR", second.path()).spawn().expect("starts");
    let (line, _) = waiting_line(&mut waiting);
    signal("TERM", waiting.id());
    signal("INT", running.id());
    running.wait().expect("ends");
    waiting.wait().expect("ends");
    assert!(line.contains("another perf run is active on this machine: process"), "{line}");
    assert!(second.trace().is_empty(), "the second run waits");
}
