//! One record from the many processes of one run: cargo-nextest starts one for each test.

use super::probe::OutcomeName;
use super::run::Record;
use super::test::TestRecord;

/// `old` and `new` as one run: a test of `new` replaces the same test, others are appended.
///
/// A test that `new` merely ignored does not replace one that `old` has run.
#[must_use]
pub fn merge_runs(old: Record, new: Record) -> Record {
    let mut tests = old.tests;
    for test in new.tests {
        put(&mut tests, test);
    }
    Record {
        // RFC 3339 in UTC with a fixed number of digits sorts as text.
        started: old.started.min(new.started),
        finished: old.finished.max(new.finished),
        interrupted: new.interrupted.or(old.interrupted),
        tests,
        id: if old.id.is_empty() { new.id } else { old.id },
        schema: new.schema,
        environment: new.environment,
    }
}

fn put(tests: &mut Vec<TestRecord>, test: TestRecord) {
    match tests.iter_mut().find(|known| known.id.matches(&test.id)) {
        Some(_) if test.outcome == OutcomeName::Ignored => {}
        Some(known) => *known = test,
        None => tests.push(test),
    }
}
