//! A new run, compared with stored ones of the same test on the same machine.

use super::change::{ChangeVerdict, MetricChange};
use super::failures::distrust_stored;
use super::figures::logarithm;
use super::figures::{ComparedFigure, ComparisonRules, StoredFigures};
use super::judgement::{judged, unjudged, worst};
use super::report::{ChangeReport, ComparisonMethod};
use crate::statistics::Shift;

/// With fewer stored runs, the spread between runs is not known.
pub const FEWEST_STORED_RUNS: usize = 5;
/// Runs before the last 20 say little about the code of today.
pub const MOST_STORED_RUNS: usize = 20;
/// What is called a regression with fewer stored runs.
const GUARD: f64 = 0.3;

/// Compares one new run, or the mean of several, with the last 20 of `stored`, the oldest first.
///
/// With five or more, by Student's t with the spread between the stored runs and √(1/K + 1/k). With fewer, only a figure that
/// is worse by 30 % is called regressed, and nothing is called *no worse*.
pub fn with_stored(stored: &[StoredFigures], now: &[StoredFigures], rules: ComparisonRules) -> ChangeReport {
    let stored = &stored[stored.len().saturating_sub(MOST_STORED_RUNS)..];
    let changes: Vec<MetricChange> =
        ComparedFigure::all(rules).map(|figure| change(figure, stored, now, rules)).collect();
    let mut notes = Vec::new();
    if stored.len() < FEWEST_STORED_RUNS {
        notes.push(format!(
            "{}: until then only a change of {} is called a regression",
            too_few(stored.len() as u64),
            as_percent(guard(rules)),
        ));
    }
    let mut report = ChangeReport {
        reference: "baseline".into(),
        subject: "now".into(),
        method: ComparisonMethod::StoredRuns,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes,
        notes,
    };
    distrust_stored(&mut report, stored, now);
    report.verdict = worst(&report.changes);
    report
}

fn change(
    figure: ComparedFigure,
    stored: &[StoredFigures],
    now: &[StoredFigures],
    rules: ComparisonRules,
) -> MetricChange {
    let logarithms = |runs: &[StoredFigures]| -> Vec<f64> {
        runs.iter().filter_map(|run| figure.of(run).and_then(logarithm)).collect()
    };
    let (before, after) = (logarithms(stored), logarithms(now));
    let totals = (geometric_mean(&before), geometric_mean(&after));
    let values = before.len() as u64;
    let change = if before.is_empty() || after.is_empty() {
        let side = if before.is_empty() { "no stored run has" } else { "this run does not have" };
        unjudged(figure, totals, ChangeVerdict::NotComparable, format!("{side} this figure"))
    } else if before.len() < FEWEST_STORED_RUNS {
        guarded(figure, totals, values, rules)
    } else if let Some(shift) = Shift::from_stored(&before, &after) {
        judged(figure, totals, shift, rules)
    } else {
        guarded(figure, totals, values, rules)
    };
    MetricChange { values, ..change }
}

/// With too few stored runs for an interval.
fn guarded(
    figure: ComparedFigure,
    (before, after): (Option<f64>, Option<f64>),
    values: u64,
    rules: ComparisonRules,
) -> MetricChange {
    let ratio = before.zip(after).map_or(1.0, |(before, after)| after / before);
    let guard = guard(rules);
    let is_worse = if figure.is_better_if_greater() { ratio <= 1.0 - guard } else { ratio >= 1.0 + guard };
    let (verdict, note) = if is_worse {
        (ChangeVerdict::Regressed, format!("beyond the guard of {}; {}", as_percent(guard), stored_runs(values)))
    } else {
        (ChangeVerdict::CannotTell, too_few(values))
    };
    unjudged(figure, (before, after), verdict, note)
}

/// `1 run is stored`, `3 runs are stored`
pub fn stored_runs(count: u64) -> String {
    if count == 1 { "1 run is stored".to_owned() } else { format!("{count} runs are stored") }
}

/// `1 of 5 runs is stored`
fn too_few(count: u64) -> String {
    format!("{count} of {FEWEST_STORED_RUNS} runs {} stored", if count == 1 { "is" } else { "are" })
}

/// At least 30 %, and at least the tolerance.
fn guard(rules: ComparisonRules) -> f64 {
    rules.tolerance.max(GUARD)
}

fn as_percent(share: f64) -> String {
    format!("{} %", (share * 1_000.0).round() / 10.0)
}

fn geometric_mean(logarithms: &[f64]) -> Option<f64> {
    let sum: f64 = logarithms.iter().sum();
    (!logarithms.is_empty()).then(|| (sum / logarithms.len() as f64).exp())
}
