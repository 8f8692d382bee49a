//! The last lines: the slowest tests, the number of each outcome, and which files were written.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::outcome::{Outcome, RunReport, TestReport, figure, unoptimised_note};
use crate::report::afterwards;
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable};
use crate::report::words::count_outcomes;
use crate::text::{block, one_line};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// What it is: `run record`.
    pub description: String,
    /// Relative to the current directory if possible.
    pub path: String,
}

/// `--durations N`: the slowest tests, slowest first; empty if no test ran.
pub fn durations(run: &RunReport, most: usize) -> String {
    let mut tests: Vec<&TestReport> = run.tests.iter().filter(|test| test.outcome != Outcome::Ignored).collect();
    tests.sort_by(|a, b| b.elapsed.cmp(&a.elapsed).then_with(|| a.id.name.cmp(&b.id.name)));
    tests.truncate(most);
    if tests.is_empty() {
        return String::new();
    }
    let mut columns = TextTable::new([("", Align::Right), ("", Align::Left)]);
    for test in tests {
        columns.row([figure::time(test.elapsed.as_secs_f64()), test.id.name.clone()]);
    }
    format!("Slowest tests\n{}", columns.terminal(2))
}

/// The number of each outcome, the duration, warnings, and the files written.
pub fn summary(run: &RunReport, written: &[WrittenFile], paint: Paint) -> String {
    let took = run.finished.duration_since(run.started).unwrap_or_default();
    let mut text =
        format!("{} in {}\n", count_outcomes(run, |outcome, count| paint.outcome(outcome, count)), elapsed(took));
    if let Some(signal) = &run.interrupted {
        text.push_str(&format!("interrupted by {signal}: the figures are partial, and no baseline was changed\n"));
    }
    text.push_str(&unoptimised_note(run.environment.optimised, &run.environment.crates).unwrap_or_default());
    text.push_str(&other_transports(run));
    text.push_str(&lookups(run));
    text.push_str(&run.watched_note().map(|note| format!("warning: {note}\n")).unwrap_or_default());
    text.push_str(&warnings_of_passed(run));
    for file in written {
        text.push_str(&paint.dimmed(&format!("{}: {}", file.description, file.path)));
        text.push('\n');
    }
    for line in afterwards::closing_lines(run) {
        text.push_str(&paint.outcome(Outcome::Errored, &line));
        text.push('\n');
    }
    text
}

/// How many warnings are shown; the record has them all.
const WARNINGS_SHOWN: usize = 20;

/// The warnings of tests that passed: the others show theirs in their message. That the build is unoptimised is said once.
fn warnings_of_passed(run: &RunReport) -> String {
    let passed = run.tests.iter().filter(|test| test.outcome == Outcome::Passed);
    let warnings = passed.flat_map(|test| test.warnings.iter().map(|warning| (&test.id.name, block(warning))));
    let warnings: Vec<_> = warnings.filter(|(_, warning)| !warning.starts_with("UNOPTIMISED")).collect();
    let shown = warnings.iter().take(WARNINGS_SHOWN).map(|(name, warning)| format!("warning: {name}: {warning}\n"));
    let mut text: String = shown.collect();
    if warnings.len() > WARNINGS_SHOWN {
        text.push_str(&format!("… and {} more warnings in the run record\n", warnings.len() - WARNINGS_SHOWN));
    }
    text
}

/// The transport that is not mentioned in reports.
const DEFAULT_TRANSPORT: &str = "http/1.1 (own)";

/// Tests that used another transport. It costs the generator more CPU, which matters when figures are compared.
pub(super) fn other_transports(run: &RunReport) -> String {
    let mut tests_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in &run.tests {
        let used = test.measured.iter().flat_map(|measured| &measured.generator.transports);
        for transport in used.filter(|transport| *transport != DEFAULT_TRANSPORT) {
            tests_of.entry(transport).or_default().push(&test.id.name);
        }
    }
    tests_of.iter().map(|(transport, tests)| format!("transport {transport}: {}\n", tests.join(", "))).collect()
}

/// How long the lookup of each host name took at the longest.
pub(super) fn lookups(run: &RunReport) -> String {
    let mut longest: BTreeMap<&str, (f64, &[String])> = BTreeMap::new();
    for lookup in run.tests.iter().flat_map(|test| &test.measured).flat_map(|measured| &measured.generator.lookups) {
        let Some(time_s) = lookup.time_s else { continue };
        let known = longest.entry(&lookup.host).or_insert((time_s, &lookup.addresses));
        if time_s >= known.0 {
            *known = (time_s, &lookup.addresses);
        }
    }
    let line = |(host, (time_s, addresses)): (&str, (f64, &[String]))| {
        let addresses = if addresses.is_empty() { "not found".to_owned() } else { addresses.join(", ") };
        format!("host {}: looked up in {}: {addresses}\n", one_line(host), figure::time(time_s))
    };
    longest.into_iter().map(line).collect()
}

/// `4.20 s`, `1 min 23 s`
pub(super) fn elapsed(took: Duration) -> String {
    if took < Duration::from_secs(60) {
        return figure::time(took.as_secs_f64());
    }
    format!("{} min {:02} s", took.as_secs() / 60, took.as_secs() % 60)
}
