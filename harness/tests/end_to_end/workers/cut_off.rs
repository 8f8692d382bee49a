//! The broker fails.

use proofload_testing::process::signal;
use proofload_testing::specification::Specification;

use super::shared_run::{SharedRun, has_broker, is_invalid, reason};

pub(crate) const SPECIFICATION: Specification =
    &[("a broker that is killed makes the test invalid, and what the workers had measured is kept", killed)];

const MINUTE: &str = "probe::shared::minute";

fn killed() {
    if !has_broker() {
        return;
    }
    let shared = SharedRun::begin(&["--exact", MINUTE]);
    signal("KILL", shared.broker());
    let run = shared.end();
    eprintln!("{run}");
    is_invalid(&run, MINUTE);
    assert!(reason(&run, MINUTE).contains("the broker"), "{run}");
}
