//! Two measurements at different times: arms one after the other, or two runs.

use super::change::{ChangeVerdict, MetricChange};
use super::failures::distrust_times;
use super::figures::{ArmFigures, ComparedFigure, ComparisonRules};
use super::judgement::{judged, unjudged, worst};
use super::report::{ChangeReport, ComparisonMethod};
use crate::statistics::Shift;

/// The standard deviation, as a share, of what differs between two measurements of the same code on one machine. Not a figure of
/// this machine, of which one measurement says nothing: 3 % is what shared machines show. It alone widens an interval to ±8 %.
const BETWEEN_MEASUREMENTS: f64 = 0.03;
/// What [`Shift::between_series`] needs of each side.
const FEWEST_SECONDS: usize = 5;

/// Compares two arms of one run that were measured one after the other; `turns` are slices of a second.
pub fn one_after_the_other(reference: &ArmFigures, subject: &ArmFigures, rules: ComparisonRules) -> ChangeReport {
    let note = "the arms were measured one after the other: what disturbed one need not have disturbed the other, so each interval allows \
                for 3 % between two measurements of the same code; arms that take turns are compared more precisely";
    compare(reference, subject, rules, ComparisonMethod::OneAfterTheOther, note)
}

/// Compares two runs; `turns` are their slices of a second.
pub fn two_runs(reference: &ArmFigures, subject: &ArmFigures, rules: ComparisonRules) -> ChangeReport {
    let note = "two runs at different times: whatever happened on the machine in between counts as a change, so each interval allows for \
                3 % between two runs of the same code; servers that take turns in one test are compared more precisely";
    compare(reference, subject, rules, ComparisonMethod::TwoRuns, note)
}

fn compare(
    reference: &ArmFigures,
    subject: &ArmFigures,
    rules: ComparisonRules,
    method: ComparisonMethod,
    note: &str,
) -> ChangeReport {
    let changes = ComparedFigure::all(rules).map(|figure| change(figure, reference, subject, rules)).collect();
    let mut report = ChangeReport {
        reference: reference.name.clone(),
        subject: subject.name.clone(),
        method,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes,
        notes: vec![note.into()],
    };
    distrust_times(&mut report, reference, subject);
    report.verdict = worst(&report.changes);
    report
}

fn change(
    figure: ComparedFigure,
    reference: &ArmFigures,
    subject: &ArmFigures,
    rules: ComparisonRules,
) -> MetricChange {
    let totals = (figure.of(&reference.totals), figure.of(&subject.totals));
    let logarithms =
        |arm: &ArmFigures| -> Vec<f64> { arm.turns.iter().filter_map(|second| figure.logarithm_of(second)).collect() };
    let (before, after) = (logarithms(reference), logarithms(subject));
    let values = before.len().min(after.len()) as u64;
    let change = if is_a_selection(&before, reference) || is_a_selection(&after, subject) {
        let (verdict, note) = why_a_selection(figure);
        unjudged(figure, totals, verdict, note.into())
    } else if let Some(shift) = Shift::between_series(&before, &after, BETWEEN_MEASUREMENTS) {
        judged(figure, totals, shift, rules)
    } else {
        let note =
            format!("{values} seconds were measured, and an interval needs {FEWEST_SECONDS}: use a longer duration");
        unjudged(figure, totals, ChangeVerdict::CannotTell, note)
    };
    MetricChange { values, ..change }
}

/// True if one second in ten or more has no figure.
fn is_a_selection(logarithms: &[f64], arm: &ArmFigures) -> bool {
    (arm.turns.len() - logarithms.len()) * 10 > arm.turns.len()
}

fn why_a_selection(figure: ComparedFigure) -> (ChangeVerdict, &'static str) {
    match figure {
        ComparedFigure::P95 => (
            ChangeVerdict::NotComparable,
            "in one second of ten or more, fewer requests ended than the 59 that p95 needs: use more load",
        ),
        _ => (ChangeVerdict::CannotTell, "in one second of ten or more, no request ended: use more load"),
    }
}
