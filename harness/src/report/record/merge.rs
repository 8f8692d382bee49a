//! One record from the many processes of one run: cargo-nextest starts one for each test.

use crate::outcome::{Environment, Outcome, RunReport, TestReport};

/// `old` and `new` as one run: a test of `new` replaces the same test of `old`, others are appended.
///
/// A test that `new` merely ignored does not replace one that `old` has run.
#[must_use]
pub fn merge_runs(old: RunReport, new: RunReport) -> RunReport {
    let mut tests = old.tests;
    for test in new.tests {
        put(&mut tests, test);
    }
    RunReport {
        started: old.started.min(new.started),
        finished: old.finished.max(new.finished),
        interrupted: new.interrupted.or(old.interrupted),
        viewers_peak: new.viewers_peak.max(old.viewers_peak),
        tests,
        id: if old.id.is_empty() { new.id } else { old.id },
        environment: with_crates_of(old.environment, new.environment),
    }
}

/// The processes of a run may have different crates in use.
fn with_crates_of(old: Environment, new: Environment) -> Environment {
    let optimised = old.optimised && new.optimised;
    let others = old.crates.into_iter().filter(|of| !new.crates.contains(of));
    let crates = others.chain(new.crates.iter().cloned()).collect();
    Environment { optimised, crates, ..new }
}

fn put(tests: &mut Vec<TestReport>, test: TestReport) {
    match tests.iter_mut().find(|known| known.id.matches(&test.id)) {
        Some(_) if test.outcome == Outcome::Ignored => {}
        Some(known) => *known = test,
        None => tests.push(test),
    }
}
