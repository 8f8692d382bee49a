//! Two arms whose turns alternate.

use super::change::{ChangeVerdict, MetricChange};
use super::failures::distrust_times;
use super::figures::{ArmFigures, ComparedFigure, ComparisonRules};
use super::judgement::{judged, unjudged, worst};
use super::report::{ChangeReport, ComparisonMethod};
use crate::statistics::Shift;

/// If more pairs than this share lack a side, those that are left are a selection: the quick ones, or the busy ones.
const MOST_LEFT_OUT: f64 = 0.1;

/// Compares two arms that took turns, pair by pair: the n-th turn of one lies beside the n-th of the other, so that what disturbs one
/// disturbs the other.
///
/// The change is the Hodges–Lehmann estimate of the log-ratios of the pairs, its interval that of the signed-rank
/// distribution, widened by as much as neighbouring pairs depend on each other.
pub fn interleaved(reference: &ArmFigures, subject: &ArmFigures, rules: ComparisonRules) -> ChangeReport {
    let changes = ComparedFigure::all(rules).map(|figure| change(figure, reference, subject, rules)).collect();
    let mut report = ChangeReport {
        reference: reference.name.clone(),
        subject: subject.name.clone(),
        method: ComparisonMethod::Interleaved,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes,
        notes: Vec::new(),
    };
    note_left_out(&mut report, reference, subject);
    distrust_times(&mut report, reference, subject);
    report.verdict = worst(&report.changes);
    report
}

/// The log-ratios of the pairs that have both sides, and the number of pairs.
struct Pairs {
    log_ratios: Vec<f64>,
    all: usize,
}

impl Pairs {
    fn of(figure: ComparedFigure, reference: &ArmFigures, subject: &ArmFigures) -> Pairs {
        let pairs = reference.turns.iter().zip(&subject.turns);
        let log_ratios = pairs
            .filter_map(|(before, after)| Some(figure.logarithm_of(after)? - figure.logarithm_of(before)?))
            .collect();
        Pairs { log_ratios, all: reference.turns.len().max(subject.turns.len()) }
    }

    fn left_out(&self) -> usize {
        self.all - self.log_ratios.len()
    }

    fn are_a_selection(&self) -> bool {
        self.left_out() as f64 > MOST_LEFT_OUT * self.all as f64
    }
}

fn change(
    figure: ComparedFigure,
    reference: &ArmFigures,
    subject: &ArmFigures,
    rules: ComparisonRules,
) -> MetricChange {
    let pairs = Pairs::of(figure, reference, subject);
    let of_mean = Pairs::of(ComparedFigure::Mean, reference, subject);
    let totals = (figure.of(&reference.totals), figure.of(&subject.totals));
    let values = pairs.log_ratios.len() as u64;
    let change = if pairs.are_a_selection() {
        let (verdict, note) = why_a_selection(figure, &pairs);
        unjudged(figure, totals, verdict, note)
    } else if let Some(shift) = Shift::of_pairs(&pairs.log_ratios, &of_mean.log_ratios) {
        judged(figure, totals, shift, rules)
    } else {
        let note = format!("{values} pairs of turns were measured, and an interval needs 8: use a longer duration");
        unjudged(figure, totals, ChangeVerdict::CannotTell, note)
    };
    MetricChange { values, ..change }
}

fn why_a_selection(figure: ComparedFigure, pairs: &Pairs) -> (ChangeVerdict, String) {
    let (left_out, all) = (pairs.left_out(), pairs.all);
    if figure == ComparedFigure::P95 {
        let note = format!(
            "in {left_out} of {all} pairs an arm finished fewer than the 59 requests that p95 needs: use longer turns or more load"
        );
        return (ChangeVerdict::NotComparable, note);
    }
    let ended = if figure == ComparedFigure::Throughput { "no request ok" } else { "no request" };
    let note = format!(
        "in {left_out} of {all} pairs an arm finished {ended}: use longer turns, or measure the arms one after the other"
    );
    (ChangeVerdict::CannotTell, note)
}

/// Says how many pairs the mean leaves out, if it is judged all the same.
fn note_left_out(report: &mut ChangeReport, reference: &ArmFigures, subject: &ArmFigures) {
    let pairs = Pairs::of(ComparedFigure::Mean, reference, subject);
    if pairs.left_out() > 0 && !pairs.are_a_selection() {
        let (left_out, all) = (pairs.left_out(), pairs.all);
        report
            .notes
            .push(format!("{left_out} of {all} pairs of turns are left out: in one of the turns no request ended"));
    }
}
