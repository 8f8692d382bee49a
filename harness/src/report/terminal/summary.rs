//! The last lines: the slowest tests, the outcomes counted, and where everything was written.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::outcome::{Outcome, RunReport, TestReport, figure};
use crate::report::paint::Paint;
use crate::report::table::{Align, Columns};
use crate::report::words::count_outcomes;

/// Something that was written, for the last lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `run record`
    pub what: String,
    /// Where it is, as a person would type it.
    pub place: String,
}

/// `--durations N`: the tests that took longest, slowest first; empty text when there is none.
pub fn durations(run: &RunReport, most: usize) -> String {
    let mut tests: Vec<&TestReport> = run.tests.iter().filter(|test| test.outcome != Outcome::Ignored).collect();
    tests.sort_by(|a, b| b.elapsed.cmp(&a.elapsed).then_with(|| a.name.cmp(&b.name)));
    tests.truncate(most);
    if tests.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new([("", Align::Right), ("", Align::Left)]);
    for test in tests {
        columns.row([figure::time(test.elapsed.as_secs_f64()), test.name.clone()]);
    }
    format!("Slowest tests\n{}", columns.terminal(2))
}

/// The outcomes counted, the time it took, warnings, and where everything was written.
pub fn summary(run: &RunReport, written: &[Written], paint: Paint) -> String {
    let took = run.finished.duration_since(run.started).unwrap_or_default();
    let mut text =
        format!("{} in {}\n", count_outcomes(run, |outcome, told| paint.outcome(outcome, told)), elapsed(took));
    if let Some(signal) = &run.interrupted {
        text.push_str(&format!("interrupted by {signal}: the figures are partial, and no baseline was touched\n"));
    }
    if !run.environment.optimised {
        text.push_str("UNOPTIMISED BUILD: no baseline was touched\n");
    }
    text.push_str(&other_transports(run));
    for file in written {
        text.push_str(&paint.aside(&format!("{}: {}", file.what, file.place)));
        text.push('\n');
    }
    text
}

/// The transport whose cost every report takes for granted.
const USUAL_TRANSPORT: &str = "http/1.1 (own)";

/// Tests that went over another transport: it costs the generator more, which a reader who compares figures must know.
fn other_transports(run: &RunReport) -> String {
    let mut tests_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in &run.tests {
        let used = test.measured.iter().flat_map(|measured| &measured.generator.transports);
        for transport in used.filter(|transport| *transport != USUAL_TRANSPORT) {
            tests_of.entry(transport).or_default().push(&test.name);
        }
    }
    tests_of.iter().map(|(transport, tests)| format!("over {transport}: {}\n", tests.join(", "))).collect()
}

/// `4.20 s`, `1 min 23 s`
fn elapsed(took: Duration) -> String {
    if took < Duration::from_secs(60) {
        return figure::time(took.as_secs_f64());
    }
    format!("{} min {:02} s", took.as_secs() / 60, took.as_secs() % 60)
}
