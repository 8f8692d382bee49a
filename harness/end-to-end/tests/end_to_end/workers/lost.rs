//! Workers that end, or stand still.

use std::time::Duration;

use proofload_testing::broker;
use proofload_testing::perf_binary::Workspace;
use proofload_testing::process::{signal, stop_for};
use proofload_testing::specification::Specification;

use super::shared_run::{SharedRun, finish, is_invalid, reason, record, show};

pub(crate) const SPECIFICATION: Specification = &[
    ("a worker that is killed makes its test and those that follow invalid, with when and how it ended", killed),
    ("a worker that stands still for 3 s is late and not lost, and its test is invalid for what was held up", late),
    ("a worker that stands still for longer is lost, and ends when it goes on", silent),
    ("a worker that is asked to end is lost with that reason", || asked("TERM")),
    ("so is one at which somebody presses Ctrl-C", || asked("INT")),
    ("a test whose code keeps a thread of a worker is errored and named, and nothing runs after it", stuck),
];

const MINUTE: &str = "[load] probe::shared::minute";
const NEXT: &str = "[load] probe::shared::next";

fn killed() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE, NEXT]);
    let pid = shared.worker(1);
    signal("KILL", pid);
    let run = shared.end();
    is_invalid(&run, MINUTE);
    let why = reason(&run, MINUTE);
    show(&run);
    assert!(why.starts_with("worker 1 on ") && why.contains(&format!("(process {pid}) was lost")), "{why}");
    assert!(why.contains("signal 9 (SIGKILL)") && why.contains(" s after the load began"), "{why}");
    is_invalid(&run, NEXT);
    assert!(reason(&run, NEXT).contains("SIGKILL"), "{run}");
    assert!(!shared.trace().contains(&"next is offered".to_owned()), "{run}");
}

fn late() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE, "--duration", "4s"]);
    stop_for(shared.worker(1), Duration::from_secs(3));
    let run = shared.end();
    show(&run);
    // As with one process, it is then measured once more, and the machine may be quiet enough for that.
    run.says("worker 1 on ").says("was held up for ");
    let again = record(&run, MINUTE)["outcome"] == "passed";
    assert!(!again || run.printed().contains("the first measurement was invalid"), "{run}");
    assert!(!run.printed().contains("was lost"), "{run}");
}

fn silent() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE, NEXT]);
    let pid = shared.worker(0);
    signal("STOP", pid);
    let run = shared.end();
    show(&run);
    is_invalid(&run, MINUTE);
    is_invalid(&run, NEXT);
    assert!(reason(&run, MINUTE).contains("no heartbeat came from it for 5 s"), "{run}");
    run.says("its last words, in ").says("the words of a worker");
}

fn asked(name: &str) {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE]);
    signal(name, shared.worker(1));
    let run = shared.end();
    show(&run);
    is_invalid(&run, MINUTE);
    assert!(reason(&run, MINUTE).contains(&format!("it got SIG{name}")), "{run}");
}

fn stuck() {
    if !broker::is_installed() {
        return;
    }
    let run = finish(&Workspace::new(), |workspace| {
        workspace.command(&["--workers", "2", "stuck::loops", "stuck::zz_after"])
    });
    show(&run);
    run.exits_with(102).says("has kept its thread for").says("not run: code of `probe::stuck::loops` goes on");
    assert_eq!(run.test("probe::stuck::loops")["outcome"], "errored", "{run}");
    assert_eq!(run.test("probe::stuck::zz_after")["outcome"], "ignored", "{run}");
}
