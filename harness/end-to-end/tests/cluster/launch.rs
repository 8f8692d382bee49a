//! Workers as real processes: started here or by a launcher, watched, and gone in the end.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use proofload::__internals::cluster::{LaunchError, WorkerLaunch, WorkerProcesses};
use proofload::__internals::server::ProcessExit;
use proofload_testing::process::{is_alive, wait_for, wait_until};

use crate::support::in_time;

crate::trials![
    each_local_worker_knows_the_broker_and_which_one_it_is,
    the_first_worker_that_ends_is_named_with_its_last_words,
    what_a_launcher_has_started_ends_with_it,
    a_worker_behind_ssh_reads_the_broker_from_its_standard_input,
    a_missing_launcher_is_named,
    workers_that_end_by_themselves_are_awaited,
];

const ENVIRONMENT: [(&str, &str); 2] = [("PROOFLOAD_NATS", "nats://127.0.0.1:9"), ("PROOFLOAD_NATS_TOKEN", "s3cret")];

async fn start(folder: &Path, launch: WorkerLaunch, command: &[&str]) -> Result<WorkerProcesses, LaunchError> {
    let command: Vec<OsString> = command.iter().map(OsString::from).collect();
    let environment = ENVIRONMENT.map(|(name, value)| (name.to_owned(), value.to_owned()));
    WorkerProcesses::start(&launch, &command, &environment, folder).await
}

fn local(workers: usize) -> WorkerLaunch {
    WorkerLaunch::new(Some(workers), None, &[]).unwrap().unwrap()
}

fn by(workers: usize, template: &str) -> WorkerLaunch {
    WorkerLaunch::new(Some(workers), Some(template), &[]).unwrap().unwrap()
}

/// The lines of an output file, once there are as many.
fn lines(folder: &Path, name: &str, count: usize) -> Vec<String> {
    let file = folder.join(name);
    wait_for("its output", || {
        let text = std::fs::read_to_string(&file).ok()?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
}

async fn each_local_worker_knows_the_broker_and_which_one_it_is(folder: PathBuf) {
    let script = "echo $PROOFLOAD_INTERNAL_WORKER $PROOFLOAD_NATS $PROOFLOAD_NATS_TOKEN; exec sleep 600";
    let workers = start(&folder, local(3), &["sh", "-c", script]).await.unwrap();
    for index in 0..3 {
        let said = lines(&folder, &format!("worker-{index}.log"), 1);
        assert_eq!(said, [format!("{index} nats://127.0.0.1:9 s3cret")]);
    }
    let pids = workers.pids();
    assert!(pids.len() == 3 && workers.ended().is_empty() && pids.iter().all(|&pid| is_alive(pid)));
    assert!(workers.stop_all().await);
    assert!(!pids.iter().any(|&pid| is_alive(pid)));
}

async fn the_first_worker_that_ends_is_named_with_its_last_words(folder: PathBuf) {
    let script = "test $PROOFLOAD_INTERNAL_WORKER = 1 && { echo no ports left >&2; exit 3; }; exec sleep 600";
    let workers = start(&folder, local(3), &["sh", "-c", script]).await.unwrap();
    let ended = in_time(workers.first_end()).await;
    assert_eq!((ended.name.as_str(), ended.exit), ("worker-1", ProcessExit::Status(3)));
    assert_eq!(ended.last_words, ["no ports left"]);
    assert_eq!(workers.ended().len(), 1);
    let pids = workers.pids();
    drop(workers);
    wait_until("all of them have ended", || !pids.iter().any(|&pid| is_alive(pid)));
}

async fn what_a_launcher_has_started_ends_with_it(folder: PathBuf) {
    let launch = by(2, "sh -c '{command} & setsid {command} & echo {n}; wait'");
    let workers = start(&folder, launch, &["sh", "-c", "echo $$; exec sleep 600"]).await.unwrap();
    let said = lines(&folder, "launcher.log", 3);
    assert!(said.contains(&"2".to_owned()), "{said:?}");
    let started: Vec<u32> = said.iter().filter_map(|line| line.parse().ok()).filter(|pid| *pid > 2).collect();
    assert!(started.len() == 2 && started.iter().all(|&pid| is_alive(pid)), "{said:?}");
    assert!(workers.stop_all().await);
    assert!(!started.iter().any(|&pid| is_alive(pid)));
}

/// As `ssh` does it: the words joined with blanks, a shell without the variables of this side, and standard input.
const SSH: &str = r#"#!/bin/sh
host=$1
shift
echo "$host: $# words"
exec env -i "PATH=$PATH" sh -c "$*"
"#;

async fn a_worker_behind_ssh_reads_the_broker_from_its_standard_input(folder: PathBuf) {
    let ssh = folder.join("ssh");
    write_program(&ssh);
    let hosts = ["a".to_owned(), "b".to_owned()];
    let launch =
        WorkerLaunch::new(None, Some(&format!("{} {{host}} {{command}}", ssh.display())), &hosts).unwrap().unwrap();
    let this = std::env::current_exe().unwrap();
    let workers = start(&folder, launch, &[this.to_str().unwrap(), "--say-start", "it's $HOME & more"]).await.unwrap();
    let ended = workers.all_ended().await;
    for (index, (host, end)) in hosts.iter().zip(&ended).enumerate() {
        assert_eq!(end.exit, ProcessExit::Status(0), "{:?}", end.last_words);
        let expected = [format!("{host}: 3 words"), format!("it's $HOME & more: nats://127.0.0.1:9 s3cret {index}")];
        assert_eq!(end.last_words, expected);
    }
}

/// Another process writes it: no program starts that any process has open for writing, as a test that starts one now may.
fn write_program(path: &Path) {
    let write = format!("cat >'{}' <<'END'\n{SSH}END\n", path.display());
    assert!(std::process::Command::new("sh").args(["-c", &write]).status().unwrap().success());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

async fn a_missing_launcher_is_named(folder: PathBuf) {
    let error = start(&folder, by(2, "no-such-launcher -n {n} {command}"), &["true"]).await.unwrap_err();
    assert!(error.to_string().starts_with("`no-such-launcher` of --launch is not installed here"), "{error}");
}

async fn workers_that_end_by_themselves_are_awaited(folder: PathBuf) {
    let workers = start(&folder, by(2, "nice {command}"), &["true"]).await.unwrap();
    let names: Vec<String> = workers.all_ended().await.into_iter().map(|ended| ended.name).collect();
    assert_eq!(names, ["worker-0", "worker-1"]);
}
