//! A test that has nothing to compare, because one of two runs did not measure it.

use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonMethod, MetricChange};
use crate::outcome::{Outcome, TestReport};
use crate::report::words::word;

/// A test in a run, if the run has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct TestInRun<'r> {
    pub(super) run: &'r str,
    pub(super) test: Option<&'r TestReport>,
}

impl TestInRun<'_> {
    fn ran(&self) -> bool {
        self.test.is_some_and(|test| test.outcome != Outcome::Ignored)
    }

    /// What there is in place of figures: `errored`.
    fn lacks(&self) -> Option<&'static str> {
        match self.test {
            None => Some("no such test"),
            Some(test) if test.figures().next().is_none() => Some(word(test.outcome)),
            Some(_) => None,
        }
    }

    /// `3-7 (errored)`: each line of a table says by itself why it has no figures.
    fn described(&self) -> String {
        self.lacks().map_or_else(|| self.run.to_owned(), |lacks| format!("{} ({lacks})", self.run))
    }

    fn mean_s(&self) -> Option<f64> {
        let test = self.test.filter(|test| test.arms.is_empty())?;
        test.measured.as_ref()?.total.response_time.mean_s
    }
}

/// The comparison of one test in two runs that have no figures in common, with the reason; `None` if neither ran it.
pub(super) fn uncompared(before: TestInRun<'_>, now: TestInRun<'_>) -> Option<ChangeReport> {
    if !before.ran() && !now.ran() {
        return None;
    }
    let reason = reason(before, now);
    let mean = MetricChange {
        metric: "mean".to_owned(),
        before: before.mean_s(),
        after: now.mean_s(),
        change: None,
        verdict: ChangeVerdict::NotComparable,
        values: 0,
        note: Some(reason.clone()),
    };
    Some(ChangeReport {
        reference: before.described(),
        subject: now.described(),
        method: ComparisonMethod::TwoRuns,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes: vec![mean],
        notes: vec![reason],
    })
}

fn reason(before: TestInRun<'_>, now: TestInRun<'_>) -> String {
    match (before.test, now.test) {
        (None, _) => format!("only in {}", now.run),
        (_, None) => format!("only in {}", before.run),
        _ => match [now, before].into_iter().find_map(|of| Some((of.run, of.lacks()?))) {
            Some((run, lacks)) => format!("not measured in {run}: {lacks}"),
            None => "the two runs measured different servers".to_owned(),
        },
    }
}

/// A test of an earlier run that the later one does not have, as a test of the later one: nothing of it was run.
pub(super) fn not_run(test: &TestReport, comparison: ChangeReport) -> TestReport {
    TestReport {
        markers: test.markers.clone(),
        needs: test.needs.clone(),
        documentation: test.documentation.clone(),
        source: test.source.clone(),
        reason: comparison.notes.first().cloned(),
        comparisons: vec![comparison],
        ..TestReport::not_run(test.id.clone(), test.kind)
    }
}
