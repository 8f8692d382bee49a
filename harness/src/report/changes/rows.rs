//! Which comparisons are shown, and which are counted.

use std::collections::BTreeMap;

use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonMethod, MetricChange};
use crate::outcome::{RunReport, TestReport, figure, is_judged, is_with_earlier_code, verdict_word};

/// One figure of one comparison of one test.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct ChangeRow<'r> {
    pub(in crate::report) test: &'r TestReport,
    pub(in crate::report) report: &'r ChangeReport,
    pub(in crate::report) change: &'r MetricChange,
}

/// What a reader should see of all comparisons of a run.
#[derive(Debug, Default)]
pub(in crate::report) struct Changes<'r> {
    pub(in crate::report) rows: Vec<ChangeRow<'r>>,
    /// What is not among the rows: `12 tests are no worse than baseline`.
    pub(in crate::report) counted: Vec<String>,
    /// What weakens a comparison that is shown.
    pub(in crate::report) notes: Vec<String>,
}

/// More comparisons that were asked for and found no change are counted.
const MOST_UNCHANGED: usize = 10;

impl<'r> Changes<'r> {
    /// What became worse or better, and what was asked for: one row for each figure that is judged. Whatever has a baseline is
    /// compared with it unasked, so the tests that did not change are counted, and those of which nothing can be said.
    pub(in crate::report) fn worth_showing(run: &'r RunReport) -> Changes<'r> {
        let unchanged =
            pairs(run).filter(|(_, report)| is_asked_for(report) && report.verdict == ChangeVerdict::NoWorse).count();
        let is_shown = |report: &ChangeReport| match report.verdict {
            ChangeVerdict::Regressed | ChangeVerdict::Improved => true,
            ChangeVerdict::NoWorse => is_asked_for(report) && unchanged <= MOST_UNCHANGED,
            ChangeVerdict::CannotTell | ChangeVerdict::NotComparable => is_asked_for(report),
        };
        let (shown, counted): (Vec<_>, Vec<_>) = pairs(run).partition(|(_, report)| is_shown(report));
        Changes { counted: count(&counted), ..Changes::of(&shown, is_judged) }
    }

    /// Every figure of every comparison.
    pub(in crate::report) fn all(run: &'r RunReport) -> Changes<'r> {
        Changes::of(&pairs(run).collect::<Vec<_>>(), |_| true)
    }

    /// Every figure of every comparison of one test.
    pub(in crate::report) fn of_test(test: &'r TestReport) -> Changes<'r> {
        let pairs: Vec<_> = test.comparisons.iter().map(|report| (test, report)).collect();
        Changes::of(&pairs, |_| true)
    }

    pub(in crate::report) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.counted.is_empty() && self.notes.is_empty()
    }

    fn of(pairs: &[(&'r TestReport, &'r ChangeReport)], is_wanted: impl Fn(&MetricChange) -> bool) -> Changes<'r> {
        let (mut changes, mut noted) = (Changes::default(), Vec::new());
        for &(test, report) in pairs {
            // A comparison without a figure that is judged shows what it has.
            let has_wanted = report.changes.iter().any(&is_wanted);
            let wanted = report.changes.iter().filter(|change| !has_wanted || is_wanted(change));
            changes.rows.extend(wanted.map(|change| ChangeRow { test, report, change }));
            noted.extend(notes(report).map(|note| (test.id.name.as_str(), note)));
        }
        changes.notes = joined(noted);
        changes
    }
}

fn pairs(run: &RunReport) -> impl Iterator<Item = (&TestReport, &ChangeReport)> {
    run.tests.iter().flat_map(|test| test.comparisons.iter().map(move |report| (test, report)))
}

/// The comparison with what was stored is made wherever there is something, asked for or not.
fn is_asked_for(report: &ChangeReport) -> bool {
    report.method != ComparisonMethod::StoredRuns
}

/// One line for each verdict, and for each reason of those of which nothing can be said.
fn count(pairs: &[(&TestReport, &ChangeReport)]) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for (test, report) in pairs {
        let is_unclear = report.verdict != ChangeVerdict::NoWorse;
        let why = reason(report).filter(|_| is_unclear);
        let key = (report.reference.as_str(), verdict_word(report.verdict), why);
        counts.entry(key).or_default().push(&test.id.name);
    }
    let line = |((reference, word, why), tests): ((&str, &str, Option<&str>), Vec<&str>)| {
        let subject = match tests.as_slice() {
            [name] => (*name).to_owned(),
            _ => format!("{} tests", figure::count(tests.len() as u64)),
        };
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        format!("{subject} compared with {reference}: {word}{why}")
    };
    counts.into_iter().map(line).collect()
}

fn reason(report: &ChangeReport) -> Option<&str> {
    let of_figures = || report.changes.iter().find_map(|change| change.note.as_deref());
    report.notes.first().map(String::as_str).or_else(of_figures)
}

/// What weakens a comparison.
fn notes(report: &ChangeReport) -> impl Iterator<Item = String> {
    let once =
        (report.verdict == ChangeVerdict::Regressed && report.confirmed.is_none() && is_with_earlier_code(report))
            .then(|| "measured once: a regression counts if a second measurement agrees".to_owned());
    report.notes.iter().cloned().chain(once).chain(notes_of_figures(report))
}

/// Each note of a figure once, with the figures that it is about: `mean, p95: 6 pairs of turns were measured …`.
fn notes_of_figures(report: &ChangeReport) -> Vec<String> {
    let mut figures_of: Vec<(&str, Vec<&str>)> = Vec::new();
    for change in &report.changes {
        let Some(note) = change.note.as_deref().filter(|note| !report.notes.iter().any(|known| known == note)) else {
            continue;
        };
        match figures_of.iter_mut().find(|(known, _)| *known == note) {
            Some((_, figures)) => figures.push(&change.metric),
            None => figures_of.push((note, vec![&change.metric])),
        }
    }
    figures_of.into_iter().map(|(note, figures)| format!("{}: {note}", figures.join(", "))).collect()
}

/// Each note once: with the name of its test, or with their number if several have it.
fn joined(notes: Vec<(&str, String)>) -> Vec<String> {
    let mut tests_of: Vec<(String, Vec<&str>)> = Vec::new();
    for (test, note) in notes {
        match tests_of.iter_mut().find(|(known, _)| *known == note) {
            Some((_, tests)) if tests.contains(&test) => {}
            Some((_, tests)) => tests.push(test),
            None => tests_of.push((note, vec![test])),
        }
    }
    let line = |(note, tests): (String, Vec<&str>)| match tests.as_slice() {
        [test] => format!("{test}: {note}"),
        _ => format!("{} tests: {note}", tests.len()),
    };
    tests_of.into_iter().map(line).collect()
}
