//! A run whose load two workers offer, and the processes that belong to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::{is_alive, wait_until};

/// Another perf run may hold the machine for so long.
const BEGIN_LIMIT: Duration = Duration::from_secs(180);

/// A run that has begun its load.
pub(crate) struct SharedRun {
    workspace: Workspace,
    running: Running,
    started: Instant,
    /// Every process that the run had when its load had begun.
    pub(crate) processes: Vec<u32>,
}

/// Killed if its test fails, so that the next one does not wait for it.
struct Running(Option<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl SharedRun {
    /// Starts the perf binary with two workers, and waits until both of them have sent a request.
    pub(crate) fn begin(arguments: &[&str]) -> SharedRun {
        let workspace = Workspace::new();
        let command = workspace.command(&with_workers(arguments));
        SharedRun::begin_with(workspace, command)
    }

    /// The same with a command for it.
    pub(crate) fn begin_with(workspace: Workspace, mut command: Command) -> SharedRun {
        let mut running = Running(Some(command.spawn().expect("the perf binary starts")));
        let started = Instant::now();
        while workspace.trace().iter().filter(|line| line.starts_with("offered by ")).count() < 2 {
            let child = running.0.as_mut().expect("it was started");
            let has_ended = child.try_wait().expect("it is a child").is_some();
            assert!(!has_ended, "it ended: {:?}", running.0.take().map(Child::wait_with_output));
            assert!(started.elapsed() < BEGIN_LIMIT, "no load began within {} s", BEGIN_LIMIT.as_secs());
            std::thread::sleep(Duration::from_millis(10));
        }
        let processes = processes_in(workspace.path());
        SharedRun { workspace, running, started, processes }
    }

    /// The folder of the run.
    pub(crate) fn folder(&self) -> PathBuf {
        self.workspace.path().join("target/proofload/latest")
    }

    /// The process that was started.
    pub(crate) fn pid(&self) -> u32 {
        self.running.0.as_ref().expect("it runs").id()
    }

    /// The process of this worker.
    pub(crate) fn worker(&self, index: usize) -> u32 {
        let variable = format!("PROOFLOAD_INTERNAL_WORKER={index}");
        let is_it = |pid: &u32| second_word(*pid) == "worker" && environment(*pid).contains(&variable);
        self.processes.iter().copied().find(is_it).expect("the worker runs")
    }

    /// The process of the broker.
    pub(crate) fn broker(&self) -> u32 {
        let is_it = |pid: &u32| words(*pid).first().is_some_and(|program| program.ends_with("nats-server"));
        self.processes.iter().copied().find(is_it).expect("the broker runs")
    }

    /// The lines that its tests have written.
    pub(crate) fn trace(&self) -> Vec<String> {
        self.workspace.trace()
    }

    /// Waits until the run has ended by itself; nothing of it may be left then.
    pub(crate) fn end(&mut self) -> FinishedRun {
        let child = self.running.0.take().expect("it runs");
        let output = child.wait_with_output().expect("it ends");
        let run = self.workspace.finished(&output, self.started.elapsed());
        assert_eq!(left(&self.processes), [0; 0], "processes that outlive the run: {run}");
        run
    }

    /// Waits until nothing of the run is left, after a kill of one of its processes.
    pub(crate) fn vanish(&mut self) {
        wait_until("nothing of the run is left", || left(&self.processes).is_empty());
    }
}

/// With two workers, and those tests that run only if they are asked for.
pub(crate) fn with_workers<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["--workers", "2", "--ignored", "--exact"], arguments].concat()
}

/// A run with two workers, from its start to its end.
pub(crate) fn run(arguments: &[&str]) -> FinishedRun {
    finish(&Workspace::new(), |workspace| workspace.command(&with_workers(arguments)))
}

/// A run of this command, after which nothing is left.
pub(crate) fn finish(workspace: &Workspace, command: impl Fn(&Workspace) -> Command) -> FinishedRun {
    let run = workspace.finish(command(workspace));
    assert_eq!(processes_in(workspace.path()), [0; 0], "processes that outlive the run: {run}");
    run
}

/// The reason of this test's outcome.
pub(crate) fn reason(run: &FinishedRun, test: &str) -> String {
    record(run, test)["reason"].as_str().unwrap_or_default().to_owned()
}

/// Fails unless the test is invalid, and the run, too.
#[track_caller]
pub(crate) fn is_invalid(run: &FinishedRun, test: &str) {
    assert_eq!(record(run, test)["outcome"], "invalid", "{run}");
    run.exits_with(102);
}

fn left(processes: &[u32]) -> Vec<u32> {
    processes.iter().copied().filter(|&pid| is_alive(pid)).collect()
}

/// The processes that were started in this folder.
pub(crate) fn processes_in(folder: &Path) -> Vec<u32> {
    let folder = folder.canonicalize().expect("the workspace is there");
    let entries = fs::read_dir("/proc").expect("a list of processes").flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder)).collect()
}

fn words(pid: u32) -> Vec<String> {
    text_of(pid, "cmdline")
}

fn environment(pid: u32) -> Vec<String> {
    text_of(pid, "environ")
}

/// The name of the hidden mode in which this binary runs there.
fn second_word(pid: u32) -> String {
    words(pid).get(2).cloned().unwrap_or_default()
}

fn text_of(pid: u32, file: &str) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    bytes.split(|&byte| byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// For a person who reads the messages: printed if `SHOW` is set.
pub(crate) fn show(run: &FinishedRun) {
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{run}");
    }
}

/// The record of a test, whose name is given with its kind.
pub(crate) fn record(run: &FinishedRun, test: &str) -> serde_json::Value {
    run.test(test.split_once("] ").map_or(test, |(_, name)| name))
}
