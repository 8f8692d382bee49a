//! Tests that have several loads: all workers offer each of them.

use proofload_testing::broker;
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;
use serde_json::Value;

use super::shared_run::{finish, record, run, show};

pub(crate) const SPECIFICATION: Specification = &[
    ("each run of a repeated test, each value of a sweep and each stage is offered by all workers", repeated),
    ("so is a spike, and how long the server takes to recover is seen across all of them", spike),
    ("so is each probe of a search for capacity", capacity),
    ("servers that are compared take turns with all workers", versus),
    ("a test that wants a line for each request is refused with its name, before any server is started", lines),
];

/// How many workers each has had, and that the whole has the requests of its workers.
fn workers_of(of: &Value) -> usize {
    let workers = of["workers"].as_array().map_or(&[][..], Vec::as_slice);
    let ok = |value: &Value| value["requests"]["ok"].as_u64();
    let total: Option<u64> = workers.iter().map(ok).sum();
    assert_eq!(total, of["totals"]["requests"]["ok"].as_u64(), "{of:#}");
    workers.len()
}

fn repeated() {
    if !broker::is_installed() {
        return;
    }
    let tests = ["[load] probe::shared::repeated", "[load] probe::shared::swept", "[load] probe::shared::staged"];
    let run = run(&tests);
    show(&run);
    run.says("note: history not written: several workers offered the load");
    for (test, requests) in tests.iter().zip([Some(40), Some(40), None]) {
        let test = record(&run, test);
        assert_eq!(workers_of(&test), 2, "{run}");
        assert!(
            test["totals"]["requests"]["ok"].as_u64().is_some_and(|ok| requests.is_none_or(|all| ok == all)),
            "{run}"
        );
    }
}

fn spike() {
    if !broker::is_installed() {
        return;
    }
    let test = "[spike] probe::shared::surge";
    let run = run(&[test]);
    show(&run);
    let surge = record(&run, test);
    assert_eq!(workers_of(&surge), 2, "{run}");
    // 20/s for 2 s and for 3 s, and 60/s for 1 s.
    assert_eq!(surge["totals"]["requests"]["intended"], 160, "{run}");
    assert!(surge["spike"]["recovery_s"].as_f64().is_some_and(|recovery_s| recovery_s < 3.0), "{run}");
}

fn capacity() {
    if !broker::is_installed() {
        return;
    }
    let test = "[capacity] probe::shared::capacity";
    let run = run(&[test]);
    show(&run);
    let found = record(&run, test);
    assert_eq!(workers_of(&found), 2, "{run}");
}

fn versus() {
    if !broker::is_installed() {
        return;
    }
    let test = "[load] probe::shared::compared";
    let run = run(&[test]);
    show(&run);
    let arms = record(&run, test)["arms"].as_array().cloned().expect("arms");
    assert_eq!(arms.len(), 2, "{run}");
    for arm in &arms {
        assert!(arm["totals"]["requests"]["ok"].as_u64().is_some_and(|ok| ok > 10), "{run}");
    }
}

fn lines() {
    let workspace = Workspace::new();
    let test = "[load] probe::shared::listed";
    let run: FinishedRun =
        finish(&workspace, |workspace| workspace.command(&["--workers", "2", "--ignored", "--exact", test]));
    run.exits_with(2).says("error: probe::shared::listed: `requests_csv = true` has a line for each request");
    assert_eq!(workspace.trace(), [""; 0], "no server was started");
}
