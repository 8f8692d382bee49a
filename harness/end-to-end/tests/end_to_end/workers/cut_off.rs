//! What connects the workers fails.

use std::time::Duration;

use proofload_testing::broker;
use proofload_testing::perf_binary::Workspace;
use proofload_testing::process::signal;
use proofload_testing::specification::Specification;

use super::own_broker::{OwnBroker, TOKEN, Way};
use super::shared_run::{SharedRun, is_invalid, reason, record, show, with_workers};

pub(crate) const SPECIFICATION: Specification = &[
    ("a broker that is killed makes the test invalid, and what the workers had measured is kept", killed),
    ("connections to the broker that break for a second cost nothing", broken_for_a_second),
];

const MINUTE: &str = "[load] probe::shared::minute";
const NEXT: &str = "[load] probe::shared::next";

fn killed() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE, NEXT]);
    signal("KILL", shared.broker());
    let run = shared.end();
    show(&run);
    is_invalid(&run, MINUTE);
    let why = reason(&run, MINUTE);
    assert!(why.starts_with("the broker was lost ") && why.contains("signal 9 (SIGKILL)"), "{why}");
    for worker in 0..2 {
        let kept = shared.folder().join(format!("workers/worker-{worker}-load-1.part"));
        assert!(kept.metadata().is_ok_and(|file| file.len() > 0), "{} is missing: {run}", kept.display());
    }
    is_invalid(&run, NEXT);
    assert!(reason(&run, NEXT).starts_with("the broker was lost before this test"), "{run}");
}

fn broken_for_a_second() {
    if !broker::is_installed() {
        return;
    }
    let broker = OwnBroker::start();
    let way = Way::to(&broker);
    let workspace = Workspace::new();
    let mut command = workspace.command(&with_workers(&["--duration", "4s", MINUTE]));
    command.env("PROOFLOAD_NATS", way.url()).env("PROOFLOAD_NATS_TOKEN", TOKEN);
    let mut shared = SharedRun::begin_with(workspace, command);
    assert_eq!(way.cut_for(Duration::from_secs(1)), 3, "the coordinator and two workers are connected");
    let run = shared.end();
    show(&run);
    let test = record(&run, MINUTE);
    assert!(!run.printed().contains(" lost"), "{run}");
    let workers = test["workers"].as_array().expect("a list of workers");
    let counts = workers.iter().map(|worker| worker["requests"]["ok"].as_u64().expect("its figures came"));
    assert_eq!(Some(counts.sum()), test["totals"]["requests"]["ok"].as_u64(), "{test:#}");
    // The machine may be too busy for a valid measurement, but for no other reason may it be invalid.
    let outcome = test["outcome"].as_str().unwrap_or_default();
    assert!(outcome == "passed" || !reason(&run, MINUTE).contains("seconds"), "{run}");
}
