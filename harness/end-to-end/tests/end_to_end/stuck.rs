//! Code of a test that does not come back: the run ends all the same, and says whose code it is.

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("a test whose function loops without awaiting is errored and named, and nothing runs after it", loops),
    ("a set-up that blocks its thread beyond its limit is errored and named", blocks_set_up),
    ("a signal ends a set-up that blocks its thread", interrupted),
    ("users that never come back are a warning of a test that passes", lost_users),
    ("work in spawn_blocking is not waited for, and is a warning", blocks_beside),
];

fn reason(run: &FinishedRun, test: &str) -> String {
    run.test(&format!("probe::stuck::{test}"))["reason"].to_string()
}

fn loops() {
    let run = Workspace::new().run(&["stuck::loops", "stuck::zz_after"]);
    run.exits_with(102).says("has kept its thread for").says("not run: code of `probe::stuck::loops` goes on");
    assert_eq!(run.test("probe::stuck::loops")["outcome"], "errored");
    assert!(reason(&run, "loops").contains("the test's function has kept its thread for"), "{run}");
    assert_eq!(run.test("probe::stuck::zz_after")["outcome"], "ignored");
}

fn blocks_set_up() {
    let run = Workspace::new().run(&["stuck::set_up_blocks", "stuck::zz_after"]);
    run.exits_with(102);
    let reason = reason(&run, "set_up_blocks");
    assert!(reason.contains("the set-up of fixture `blocked` has kept its thread for"), "{reason}");
    assert!(reason.contains("its limit is 0.5 s"), "{reason}");
    assert_eq!(run.test("probe::stuck::set_up_blocks")["outcome"], "errored");
}

fn interrupted() {
    use proofload_testing::process::signal;

    let workspace = Workspace::new();
    let running = workspace.start(&["stuck::set_up_blocks_for_long"]);
    let _now = workspace.wait_for_trace("blocks ");
    let asked = std::time::Instant::now();
    signal("TERM", running.id());
    let run = workspace.finished(&running.wait_with_output().expect("ends"), asked.elapsed());
    run.exits_with(143);
    assert_eq!(run.test("probe::stuck::set_up_blocks_for_long")["outcome"], "interrupted", "{run}");
    assert!(reason(&run, "set_up_blocks_for_long").contains("the set-up of fixture `blocked_for_long`"), "{run}");
}

fn lost_users() {
    let run = Workspace::new().run(&["stuck::waits_for_nothing"]);
    run.exits_with(0).says("user 1 was still in an iteration");
}

fn blocks_beside() {
    let run = Workspace::new().run(&["stuck::blocks_beside"]);
    run.exits_with(0).says("work that the test began in `spawn_blocking` was not done");
}
